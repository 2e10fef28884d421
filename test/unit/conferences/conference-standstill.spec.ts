import { expect } from 'chai';

import { standstillOf, type Standstill, type Waiting } from '../../../src/conferences/conference-standstill.js';

const at = (clock: string): Date => new Date(`2026-11-23T${clock}:00Z`);
const NOW = at('09:00');
const STARTING: Waiting = {
  ...{ state: 'starting', failureCode: undefined, held: false, waits: false, dueAt: at('08:59') },
  ...{ stopCode: undefined, stopUntil: undefined },
};
const STOP = { stopCode: 'vk.9', stopUntil: at('10:00') };

const TABLE: readonly (readonly [what: string, more: Partial<Waiting>, Partial<Standstill>])[] = [
  ['is under way', {}, { standstill: undefined, stopped: false, nextAttemptAt: undefined, dueSince: at('08:59') }],
  ['is kept by a stop', STOP, { standstill: 'vk.9', stopped: true, nextAttemptAt: at('10:00') }],
  ['rests before a stop ends', { ...STOP, dueAt: at('09:05') }, { standstill: undefined, nextAttemptAt: at('10:00') }],
  ['rests longer than a stop', { ...STOP, dueAt: at('11:00') }, { stopped: true, nextAttemptAt: at('11:00') }],
  ['rests', { dueAt: at('09:05') }, { stopped: false, nextAttemptAt: at('09:05'), dueSince: undefined }],
  ['is kept until somebody lifts the stop', { stopCode: 'vk.9' }, { standstill: 'vk.9', nextAttemptAt: undefined }],
  [
    'waits for an account',
    { waits: true, dueAt: at('09:45'), stopCode: 'credential.broken', stopUntil: at('08:00') },
    { standstill: 'credential.broken', nextAttemptAt: undefined, dueSince: undefined },
  ],
  ['was refused for good', { held: true, dueAt: at('09:45') }, { nextAttemptAt: undefined }],
  ['is in doubt', { failureCode: 'conference.start-checking', dueAt: at('09:01') }, { nextAttemptAt: undefined }],
  [
    'is in doubt while nobody looks',
    { ...STOP, failureCode: 'conference.start-checking', dueAt: at('09:01') },
    { nextAttemptAt: at('10:00') },
  ],
  ['ends against a stop', { ...STOP, state: 'ending' }, { standstill: 'vk.9', nextAttemptAt: at('10:00') }],
  ['runs', { ...STOP, state: 'active' }, { standstill: undefined, stopped: false, nextAttemptAt: undefined }],
  ['is over', { ...STOP, state: 'finished' }, { standstill: undefined, stopped: false, nextAttemptAt: undefined }],
];

describe('standstillOf', () => {
  for (const [what, more, expected] of TABLE) {
    it(`tells of a conference that ${what} what keeps it, and until when`, () => {
      expect(standstillOf({ ...STARTING, ...more }, NOW)).to.deep.include(expected);
    });
  }
});

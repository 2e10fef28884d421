import type {
  ConferenceEvent,
  ConferenceStanding,
  ConferenceState,
  Sent,
} from '../../../../src/conferences/life/conference-state.js';

export const STATES: readonly ConferenceState[] = ['planned', 'starting', 'active', 'ending', 'finished', 'cancelled'];
export const SENT: readonly Sent[] = ['nothing', 'start', 'call', 'end'];
export const EVENT_KINDS: readonly ConferenceEvent['kind'][] = [
  ...(['start', 'started', 'not-started', 'end'] as const),
  ...(['expire', 'ended', 'cancel', 'restore'] as const),
];

export const STANDINGS: readonly ConferenceStanding[] = [
  ...(['planned', 'starting', 'active'] as const).map((state) => ({ state, endedBy: undefined })),
  ...(['hand', 'time', 'timetable', 'again'] as const).map((endedBy) => ({ state: 'ending' as const, endedBy })),
  ...(['hand', 'time', 'timetable'] as const).map((endedBy) => ({ state: 'finished' as const, endedBy })),
  { state: 'cancelled', endedBy: 'timetable' },
];

type Row = Partial<Record<ConferenceEvent['kind'], string | Partial<Record<Sent, string>>>>;

const sentOrNot = (not: string, sent: string): Record<Sent, string> => ({
  ...{ nothing: not, start: sent, call: sent, end: sent },
});

/**
 * Where each standing goes, the rest stays as it is; an object: by what was sent. Written by hand from the requirements,
 * and held against the rule and against every writer of a state.
 */
export const STATE_TABLE: Readonly<Record<string, Row>> = {
  planned: {
    ...{ start: 'starting', started: 'active', end: 'finished by hand', expire: 'finished by time' },
    cancel: 'cancelled by timetable',
  },
  starting: {
    started: 'active',
    end: sentOrNot('finished by hand', 'ending by hand'),
    expire: sentOrNot('finished by time', 'ending by time'),
    cancel: sentOrNot('cancelled by timetable', 'ending by timetable'),
  },
  // A call that is gone while its lesson takes place is made anew.
  active: { end: 'ending by hand', expire: 'ending by time', cancel: 'ending by timetable', ended: 'planned' },
  'ending by hand': { ended: 'finished by hand', 'not-started': 'finished by hand' },
  'ending by time': { ended: 'finished by time', 'not-started': 'finished by time', end: 'ending by hand' },
  'ending by timetable': {
    ...{ ended: 'finished by timetable', 'not-started': 'finished by timetable', end: 'ending by hand' },
    restore: { nothing: 'planned', start: 'starting', call: 'active', end: 'ending by again' },
  },
  'ending by again': {
    ...{ ended: 'planned', 'not-started': 'planned', end: 'ending by hand', expire: 'ending by time' },
    cancel: 'ending by timetable',
  },
  // A call that was made after the end was asked for is ended, too.
  'finished by hand': { start: 'starting', started: 'ending by hand' },
  'finished by time': { start: 'starting', started: 'ending by time' },
  'finished by timetable': { start: 'starting', started: 'ending by timetable', restore: 'planned' },
  'cancelled by timetable': { restore: 'planned', started: 'ending by timetable' },
};

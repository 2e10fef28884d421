import { expect } from 'chai';

import type { ConferenceCard, ConferenceCheck, NewConference } from '../../../src/protocol/conference-protocol.js';
import { ApiError } from '../../../src/web/api-error.js';
import { newConferenceForm, type ConferenceForm } from '../../../src/web/conference-form.js';
import { ConferenceSaver } from '../../../src/web/conference-saver.js';

const form: ConferenceForm = newConferenceForm({
  title: 'Онлайн-урок',
  date: '2026-11-24',
  startTime: '10:00',
  endTime: '10:45',
  chat: { id: 'chat', kind: 'class', title: '5А', members: 1 },
  lessonRule: 'optional',
  tabs: ['student', 'employee'],
  participants: [],
  limitText: '',
  titleLength: 40,
});

class Server {
  readonly sent: string[] = [];
  warnings: ConferenceCheck['warnings'] = [];
  failure: ApiError | undefined;

  check(): Promise<ConferenceCheck> {
    return Promise.resolve({ warnings: this.warnings });
  }

  create({ requestId }: NewConference): Promise<ConferenceCard> {
    this.sent.push(requestId);
    return Promise.reject(this.failure ?? new ApiError('NETWORK', 'Нет связи', 0));
  }

  change(): Promise<ConferenceCard> {
    return Promise.reject(new ApiError('NETWORK', 'Нет связи', 0));
  }
}

describe('ConferenceSaver', () => {
  it('repeats a lost request as the same one', async () => {
    const server = new Server();
    const saver = new ConferenceSaver(server, () => 'once');
    expect((await saver.begin(form, new Set())).kind).to.equal('failed');
    expect((await saver.begin({ ...form, endTime: '11:00' }, new Set())).kind).to.equal('failed');
    expect(server.sent).to.deep.equal(['once', 'once']);
  });

  it('asks about a warning that nobody has read, and saves with one that stands on the screen', async () => {
    const server = new Server();
    server.warnings = [{ kind: 'host-overlap', text: 'в это время ещё «Физика»' }];
    const saver = new ConferenceSaver(server);
    expect((await saver.begin(form, new Set())).kind).to.equal('warned');
    expect(server.sent).to.have.length(0);
    await saver.begin(form, new Set(['в это время ещё «Физика»']));
    expect(server.sent).to.have.length(1);
  });

  it('does not ask about people who have not linked', async () => {
    const server = new Server();
    server.warnings = [{ kind: 'unlinked-participants', text: 'Не привязали: 1' }];
    await new ConferenceSaver(server).begin(form, new Set());
    expect(server.sent).to.have.length(1);
  });

  it('puts a refusal at its field, also when the lesson has its online lesson already', async () => {
    const server = new Server();
    const fields = { field: 'lessonId', conferenceId: 'other' };
    server.failure = new ApiError('SFERUM_CONFERENCE_STATE', 'У урока уже есть', 409, undefined, fields);
    expect(await new ConferenceSaver(server).save(form)).to.deep.equal({
      kind: 'refused',
      errors: { lessonId: 'У урока уже есть' },
      personIds: [],
    });
  });
});

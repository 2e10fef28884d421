import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { TimetableFollower } from '../../src/conferences/timetable-follower.js';
import type { Lesson } from '../../src/host/host-directory.js';
import type { ConferenceCard, ConferenceEntryPage, ConferenceLessons } from '../../src/protocol/conference-protocol.js';
import { ConferenceRig, SCHOOL, type Answer, type Failure } from './conference-rig.js';

const OTHER = 'school-9';

/** Everything of another school, asked for by somebody who may do everything in theirs. */
describe('conferences of another school', () => {
  let rig: ConferenceRig;
  let foreignConference: string;
  let foreignChat: string;
  let foreignLesson: Lesson;

  before(async () => {
    rig = await ConferenceRig.start();
    foreignLesson = rig.lesson({ organizationId: OTHER }, 60);
    const chats = await rig.sql<{ chat_id: string }>(
      `insert into chat (organization_id, kind, source_id, title, source_name)
       values (:OTHER, 'class', '9z', 'Классный чат 9Я', '9Я') returning chat_id`,
      { OTHER },
    );
    foreignChat = chats[0]?.chat_id ?? '';
    const conferences = await rig.sql<{ conference_id: string }>(
      `insert into conference (organization_id, kind, title, chat_id, lesson_id, host_id, starts_at, ends_at, due_at, created_by)
       values (:OTHER, 'lesson', 'Чужой урок', :foreignChat, :lessonId, 'e1', :startsAt, :endsAt, :startsAt, 'x')
       returning conference_id`,
      {
        OTHER,
        foreignChat,
        lessonId: foreignLesson.id,
        startsAt: foreignLesson.startsAt,
        endsAt: foreignLesson.endsAt,
      },
    );
    foreignConference = conferences[0]?.conference_id ?? '';
  });
  after(() => rig?.stop());

  const foreign = async (): Promise<unknown> =>
    rig.sql('select * from conference where organization_id = :OTHER', { OTHER });
  async function refused(answer: Promise<Answer<unknown>>): Promise<unknown[]> {
    const { status, body } = (await answer) as Answer<Failure>;
    return [status, body.error?.fields?.['field']];
  }
  const form = (more: object): object => ({
    ...{
      requestId: randomUUID(),
      kind: 'lesson',
      title: '',
      ...rig.times(foreignLesson.startsAt, foreignLesson.endsAt),
    },
    ...more,
  });

  it('are not listed, not opened, not changed and not ended', async () => {
    const own = await rig.ask<ConferenceCard>(
      'POST',
      '/api/conferences',
      form({ kind: 'call', title: 'Собрание', chatId: await rig.chatId('class', '2022a') }),
    );
    const before = await foreign();
    const { body } = await rig.ask<ConferenceEntryPage>('GET', '/api/conferences');
    expect([body.total, body.items.map(({ id }) => id)]).to.deep.equal([1, [own.body.conference.id]]);
    await rig.sql(`delete from conference where organization_id <> :OTHER`, { OTHER });
    const path = `/api/conferences/${foreignConference}`;
    const change = form({ revision: 0, chatId: await rig.chatId('class', '2022a'), title: 'Моя' });
    for (const [method, address, sent] of [
      ['GET', path, undefined],
      ['PUT', path, change],
      ['POST', `${path}/end`, {}],
      ['POST', `${path}/start`, {}],
    ] as const) {
      expect((await rig.ask(method, address, sent)).status, `${method} ${address}`).to.equal(404);
    }
    expect((await rig.ask('DELETE', path)).body).to.deep.equal({ deleted: true });
    expect(await foreign()).to.deep.equal(before);
  });

  it('lend neither their chats nor their lessons', async () => {
    const lesson = rig.lesson({}, 60);
    const chatId = await rig.chatId('class', '2022a');
    const post = (more: object): Promise<unknown[]> => refused(rig.ask('POST', '/api/conferences', form(more)));
    expect(await post({ chatId: foreignChat, lessonId: lesson.id })).to.deep.equal([400, 'chatId']);
    expect(await post({ chatId, lessonId: foreignLesson.id })).to.deep.equal([400, 'lessonId']);
    const joined = await post({ chatId, lessonId: lesson.id, joinedLessonIds: [foreignLesson.id] });
    expect(joined).to.deep.equal([400, 'joinedLessonIds']);
    const { body } = await rig.ask<ConferenceLessons>('GET', '/api/conference-lessons');
    expect(body.items.map(({ id }) => id)).not.to.include(foreignLesson.id);
    const seen = await rig.lessonConferences.view(rig.session(), foreignLesson.id).catch((error: unknown) => error);
    expect(seen).to.have.property('code', 'SFERUM_NOT_FOUND');
    expect(await rig.sql('select 1 from conference where organization_id <> :OTHER', { OTHER })).to.deep.equal([]);
  });

  it('do not follow a look at this school, nor does this school follow lessons of theirs', async () => {
    const own = rig.lesson({}, 120);
    const made = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...form({ chatId: await rig.chatId('class', '2022a'), lessonId: own.id }),
      ...rig.times(own.startsAt, own.endsAt),
    });
    expect(made.status, JSON.stringify(made.body)).to.equal(201);
    const before = await foreign();
    rig.change(foreignLesson.id, { teacherId: 'e4' });
    rig.change(own.id, { organizationId: OTHER });
    await rig.get(TimetableFollower).follow(SCHOOL, new Set([foreignLesson.id, own.id]));
    // It might have come back under another id, and is waited for.
    await rig.sql(`update conference set lesson_gone_at = lesson_gone_at - interval '1 minute'`);
    await rig.get(TimetableFollower).follow(SCHOOL, new Set([foreignLesson.id, own.id]));
    expect(await foreign()).to.deep.equal(before);
    const { body } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${made.body.conference.id}`);
    expect(body.conference.status).to.equal('cancelled');
  });
});

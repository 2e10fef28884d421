import { expect } from 'chai';

import { CONFERENCE_PROBLEM_TEXT, LESSON_TEXT } from '../../src/conferences/conference-text.js';
import { clockOf } from '../../src/conferences/school-time.js';
import type { LessonJournalButtonState } from '../../src/host/contribution-points.js';
import type { Lesson } from '../../src/host/host-directory.js';
import { ConnectLessonButton, CreateLessonButton, EndLessonButton } from '../../src/journal/lesson-buttons.js';
import type { MessengerFailureClass } from '../../src/messenger/messenger.js';
import { must } from '../../src/must.js';
import type { ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { LESSON_NOTE_TEXT } from '../../src/protocol/lesson-texts.js';
import { NOON_ZONE } from '../support/noon-zone.js';
import {
  ADMINISTRATOR,
  ADMINISTRATOR_ACCOUNT,
  ConferenceRig,
  OWN_RIGHTS,
  SCHOOL,
  type Person,
} from './conference-rig.js';

const TEACHER: Person = { personId: 'e4', rights: OWN_RIGHTS };
const PUPIL: Person = { personId: 'p01', rights: OWN_RIGHTS };
const HOUR_MS = 3_600_000;

/** What stops a school's deliveries, and for how long; as the adapter judges them. */
const STOPS: readonly (readonly [code: string, failureClass: MessengerFailureClass, restMs: number | undefined])[] = [
  ['vk.7', 'stop', undefined],
  ['vk.9', 'stop', HOUR_MS],
  ['vk.14', 'person-needed', undefined],
  ['vk.17', 'person-needed', undefined],
  ['vk.29', 'stop', 6 * HOUR_MS],
  ['vk.984', 'stop', undefined],
];

describe('«Журнал на урок» while deliveries stand still', () => {
  let rig: ConferenceRig;
  let lesson: Lesson;
  beforeEach(async () => {
    rig = await ConferenceRig.start();
    lesson = rig.lesson();
  });
  afterEach(() => rig?.stop());

  async function states(person: Person): Promise<readonly LessonJournalButtonState[]> {
    const buttons = [CreateLessonButton, ConnectLessonButton, EndLessonButton].map(
      (Button) => new Button(rig.lessonConferences),
    );
    const session = rig.session(person);
    return Promise.all(buttons.map((button) => button.state({ session, lessonId: lesson.id })));
  }
  /** All that the window says to somebody. */
  async function note(person: Person): Promise<string> {
    return (await states(person)).flatMap((state) => state.note ?? []).join(' | ');
  }
  const press = (): Promise<unknown> => rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
  const end = (): Promise<void> => rig.lessonConferences.end(rig.session(TEACHER), lesson.id);
  async function problem(): Promise<string> {
    const { conference } = await rig.lessonConferences.view(rig.session(TEACHER), lesson.id);
    const { body } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${conference?.conferenceId ?? ''}`);
    return must(body.conference.problem, 'problem of the card');
  }
  async function stopsUntil(): Promise<string> {
    const [lane] = await rig.sql<{ stop_until: Date }>('select stop_until from delivery_lane');
    return clockOf(must(lane, 'lane').stop_until, NOON_ZONE);
  }
  function refuse(
    kind: 'call.start' | 'call.end',
    code: string,
    failureClass: MessengerFailureClass,
    rest?: number,
  ): void {
    const failure = { class: failureClass, code, ...(rest === undefined ? {} : { retryAfterMs: rest }) };
    rig.messenger.fault = (call) => (call.kind === kind ? failure : undefined);
  }

  for (const [code, failureClass, restMs] of STOPS) {
    it(`says what stops them, until when, and whom to ask: ${code}, at the start itself and before one`, async () => {
      refuse('call.start', code, failureClass, restMs);
      await press();
      await rig.deliver();
      for (const when of ['the start was refused', 'it was pressed again']) {
        const [teacher, pupil] = [await note(TEACHER), await note(PUPIL)];
        const until = await stopsUntil();
        expect(teacher, when).to.contain(await problem());
        expect(teacher, when).to.contain(`Причина ${code}.`);
        expect(teacher, when).to.contain(`в ${until}.`);
        expect(teacher, when).to.match(/Обратитесь к администратору чатов «Сферум»: \S+ \S+/);
        expect(pupil, when).to.contain(`в ${until}.`).and.not.contain(code);
        for (const said of [teacher, pupil]) expect(said, when).not.to.contain('запускается');
        await press();
      }
      // What is stopped is not asked for all the time.
      expect((await states(PUPIL))[1]?.refreshAfterMs).to.be.at.least(900);
    });
  }

  it('says that the next attempt comes too late for the lesson', async () => {
    refuse('call.start', 'vk.29', 'stop', 6 * HOUR_MS);
    await press();
    await rig.deliver();
    expect(await note(TEACHER)).to.contain('До конца урока он не начнётся');
    expect(await note(PUPIL)).to.contain(LESSON_NOTE_TEXT.askTeacher);
  });

  it('names no chat administrator to that one, nor where none is chosen', async () => {
    rig.withoutToken.set(ADMINISTRATOR_ACCOUNT, 'credential.no-administrator');
    await press();
    await rig.deliver();
    expect(await note({ personId: ADMINISTRATOR }))
      .to.contain(await problem())
      .and.not.contain('Обратитесь');
    rig.directory.chatAdministrators.delete(SCHOOL);
    expect(await note(TEACHER))
      .to.contain(await problem())
      .and.contain(LESSON_NOTE_TEXT.askOrganization);
    expect(await note(PUPIL)).to.equal(`${LESSON_NOTE_TEXT.notBegun} ${LESSON_NOTE_TEXT.linkComes}`);
  });

  for (const code of ['credential.not-linked', 'credential.broken'] as const) {
    it(`says who has to link, without a time: ${code}`, async () => {
      rig.withoutToken.set(ADMINISTRATOR_ACCOUNT, code);
      await press();
      await rig.deliver();
      const said = await note(TEACHER);
      expect(said)
        .to.contain(await problem())
        .and.match(/Обратитесь к администратору чатов «Сферум»: \S+ \S+/);
      expect(said).not.to.contain('попытка');
    });
  }

  it('says that the account was refused, and promises no attempt with it', async () => {
    rig.messenger.fault = (call) => {
      if (call.kind !== 'call.start') return undefined;
      rig.withoutToken.set(ADMINISTRATOR_ACCOUNT, 'credential.broken');
      return { class: 'credential', code: 'vk.5' };
    };
    await press();
    await rig.deliver();
    await rig.everythingDue();
    await rig.deliver();
    const said = await note(TEACHER);
    expect(said)
      .to.contain(await problem())
      .and.match(/Обратитесь к администратору чатов «Сферум»: \S+ \S+/);
    expect(said).not.to.contain('попытка');
    expect(await note(PUPIL)).to.equal(`${LESSON_NOTE_TEXT.notBegun} ${LESSON_NOTE_TEXT.linkComes}`);
  });

  it('says it of a planned one whose time has come', async () => {
    const { conferenceId } = await rig.lessonConferences.create(rig.session(TEACHER), lesson.id);
    await rig.sql(`update conference set state = 'planned', due_at = now() where conference_id = :conferenceId::uuid`, {
      conferenceId,
    });
    await rig.sql(`update delivery_lane set stop_code = 'vk.9', stop_until = now() + interval '20 minutes'`);
    expect(await note(TEACHER))
      .to.contain('Причина vk.9.')
      .and.contain(`в ${await stopsUntil()}.`);
    expect(await note(PUPIL)).to.contain(`в ${await stopsUntil()}.`);
  });

  it('says why an end does not come about, and how to end the call otherwise', async () => {
    await press();
    await rig.deliver();
    refuse('call.end', 'vk.9', 'stop', HOUR_MS);
    await end();
    await rig.deliver();
    const said = await note(TEACHER);
    expect(said)
      .to.contain(await problem())
      .and.contain(`Следующая попытка в ${await stopsUntil()}.`);
    expect(said).to.contain(LESSON_NOTE_TEXT.endInMessenger);
    expect(await note(PUPIL)).to.equal(LESSON_TEXT.finished);
  });

  it('says that a start takes long that nobody drives', async () => {
    await press();
    expect(await note(TEACHER)).to.equal(LESSON_TEXT.starting);
    await rig.sql(`update conference set due_at = now() - interval '31 seconds'`);
    expect(await note(TEACHER)).to.equal(LESSON_NOTE_TEXT.slowStart);
    expect(await note(PUPIL)).to.equal(LESSON_NOTE_TEXT.slowStart);
  });

  it('tells as the card does that a call may go on whose account is gone, and that the lesson can begin again', async () => {
    await press();
    await rig.deliver();
    rig.withoutToken.set(ADMINISTRATOR_ACCOUNT, 'credential.not-linked');
    await end();
    await rig.deliver();
    expect(await problem()).to.equal(CONFERENCE_PROBLEM_TEXT['conference.end-account-gone']);
    expect(await note(TEACHER)).to.equal(`${LESSON_TEXT.finished} ${await problem()} ${LESSON_NOTE_TEXT.again}`);
    expect(await note(PUPIL)).to.equal(LESSON_TEXT.finished);
  });

  it('tells so of a call without an id, too, and no more when the lesson has begun again', async () => {
    rig.messenger.madeUpAnswer = (call) =>
      call.kind === 'call.start'
        ? { ok: true, kind: 'call.start', answer: { joinLink: 'https://vk.com/call/join/x' } }
        : undefined;
    await press();
    await rig.deliver();
    await end();
    await rig.deliver();
    expect(await note(TEACHER)).to.contain(must(CONFERENCE_PROBLEM_TEXT['conference.end-unknown'], 'text'));
    await press();
    await rig.deliver();
    expect(await note(TEACHER)).to.equal(LESSON_TEXT.active);
  });
});

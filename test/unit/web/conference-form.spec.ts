import { expect } from 'chai';

import type {
  ConferenceCard,
  ConferenceDefaults,
  ConferenceLessonChoice,
  Participant,
} from '../../../src/protocol/conference-protocol.js';
import { conferenceDifference, conferenceRebased } from '../../../src/web/conference-difference.js';
import {
  chosenLesson,
  conferenceEdit,
  conferenceErrors,
  conferenceFormOf,
  differsFromTimetable,
  isConferenceChanged,
  newConference,
  newConferenceForm,
  ruleOfLesson,
  tabsOf,
  withDefaults,
  withJoined,
  withKind,
  withLesson,
  withoutJoined,
} from '../../../src/web/conference-form.js';
import {
  addParticipants,
  participantRows,
  removeParticipant,
  returnParticipant,
} from '../../../src/web/conference-participants.js';

const CHAT = { id: 'chat', kind: 'subject', title: 'Алгебра 5А', members: 3 } as const;
const LESSON: ConferenceLessonChoice = {
  id: 'lesson',
  title: 'Алгебра, 5А',
  subject: 'Алгебра',
  source: '5А',
  startsAt: '2026-11-24T07:00:00Z',
  endsAt: '2026-11-24T07:45:00Z',
  date: '2026-11-24',
  startTime: '10:00',
  endTime: '10:45',
};

function participant(personId: string, change: Partial<Participant> = {}): Participant {
  return { personId, name: personId, kind: 'student', linked: true, origin: 'chat', locked: false, ...change };
}

const HOST = participant('Учитель', { kind: 'employee', origin: 'host', locked: true });

function defaults(change: Partial<ConferenceDefaults> = {}): ConferenceDefaults {
  return {
    title: 'Онлайн-урок',
    date: '2026-11-23',
    startTime: '20:15',
    endTime: '21:00',
    lessonRule: 'optional',
    tabs: ['student', 'employee'],
    participants: [participant('Анна'), HOST],
    limitText: '',
    titleLength: 40,
    ...change,
  };
}

function card(change: Partial<ConferenceCard['conference']> = {}, times: Partial<ConferenceCard> = {}): ConferenceCard {
  return {
    conference: {
      id: 'conference',
      kind: 'lesson',
      title: 'Онлайн-урок',
      chatId: 'chat',
      chatKind: 'subject',
      chatTitle: 'Алгебра 5А',
      lessonId: 'lesson',
      lessonTitle: 'Алгебра, 5А',
      ownLessonOff: false,
      joinedLessons: [],
      startsAt: LESSON.startsAt,
      endsAt: LESSON.endsAt,
      status: 'planned',
      own: true,
      timesByHand: false,
      actions: { edit: true, end: true, delete: true, start: true },
      ...change,
    },
    revision: 3,
    date: '2026-11-24',
    startTime: '10:00',
    endTime: '10:45',
    lessonRule: 'required',
    tabs: ['student', 'employee'],
    participants: [participant('Анна'), participant('Борис', { origin: 'removed' }), HOST],
    limitText: '',
    warnings: [],
    ...times,
  };
}

describe('ConferenceForm', () => {
  it('opens unchanged, with the default name, which is not sent', () => {
    const form = newConferenceForm(defaults({ chat: CHAT }));
    expect(isConferenceChanged(form)).to.equal(false);
    expect(form.title).to.equal('Онлайн-урок');
    expect(newConference(form, 'chat', 'once')).to.include({ title: '', requestId: 'once', kind: 'lesson' });
  });

  it('joins lessons of other classes to its own, which go with it', () => {
    const parallel = { ...LESSON, id: 'parallel', title: 'Алгебра, 5Б', teacher: { personId: 'olga', name: 'Ольга' } };
    const alone = withLesson(newConferenceForm(defaults({ chat: CHAT })), chosenLesson(LESSON));
    const joint = withJoined(withJoined(alone, parallel), parallel);
    expect(joint.joined).to.deep.equal([{ id: 'parallel', title: 'Алгебра, 5Б', teacher: 'Ольга', takesPlace: true }]);
    expect(newConference(joint, 'chat', 'once').joinedLessonIds).to.deep.equal(['parallel']);
    expect(withoutJoined(joint, 'parallel').joined).to.deep.equal([]);
    expect(withLesson(joint, chosenLesson(parallel)).joined).to.deep.equal([]);
    expect(withLesson(joint, undefined).joined).to.deep.equal([]);
    expect(withKind(joint, 'call').joined).to.deep.equal([]);
  });

  it('is unchanged when a joined lesson was taken away and is back', () => {
    const joinedLessons = ['a', 'b'].map((id) => ({ id, title: `Алгебра, ${id}`, source: id, takesPlace: true }));
    const form = conferenceFormOf(card({ joinedLessons }), defaults());
    const without = withoutJoined(form, 'a');
    expect(isConferenceChanged(without)).to.equal(true);
    expect(isConferenceChanged(withJoined(without, { ...LESSON, id: 'a' }))).to.equal(false);
    const [line] = conferenceDifference(form, without);
    expect(line).to.deep.equal({ label: 'Вместе с другими классами', items: ['Алгебра, b'] });
  });

  it('keeps joined lessons of mine above theirs, and theirs where mine are untouched', () => {
    const one = (id: string) => ({ id, title: id, source: id, takesPlace: true });
    const mine = conferenceFormOf(card({ joinedLessons: [one('a')] }), defaults());
    const theirs = card({ joinedLessons: [one('a'), one('b')], title: 'Их' }, { revision: 4 });
    expect(conferenceRebased(mine, theirs, defaults()).joined.map(({ id }) => id)).to.deep.equal(['a', 'b']);
    const changed = withoutJoined(mine, 'a');
    expect(conferenceRebased(changed, theirs, defaults()).joined).to.deep.equal([]);
  });

  it('requires a lesson for an online lesson with a subject chat, and gives a video call none', () => {
    const form = newConferenceForm(defaults({ chat: CHAT }));
    expect(ruleOfLesson(form)).to.equal('required');
    expect(conferenceErrors(form)).to.have.all.keys('lessonId');
    const call = withKind(withLesson(form, chosenLesson(LESSON)), 'call');
    expect(ruleOfLesson(call)).to.equal('forbidden');
    expect(call.lesson).to.equal(undefined);
    expect(ruleOfLesson({ kind: 'lesson', chat: { ...CHAT, kind: 'class' } })).to.equal('optional');
  });

  it('shows parents only in a video call with a parents’ chat', () => {
    const chat = { ...CHAT, kind: 'guardians' } as const;
    expect(tabsOf({ kind: 'call', chat })).to.deep.equal(['student', 'employee', 'guardian']);
    expect(tabsOf({ kind: 'lesson', chat })).to.deep.equal(['student', 'employee']);
  });

  it('takes date and times from the lesson, and says when they are changed', () => {
    const form = withLesson(newConferenceForm(defaults()), chosenLesson(LESSON));
    expect(form).to.include({ date: '2026-11-24', startTime: '10:00', endTime: '10:45' });
    expect(differsFromTimetable(form)).to.equal(false);
    expect(differsFromTimetable({ ...form, endTime: '11:00' })).to.equal(true);
  });

  it('fills in another default name, and keeps one that was written', () => {
    const form = newConferenceForm(defaults());
    const next = defaults({ title: 'Онлайн-урок: Алгебра', chat: CHAT, participants: [participant('Вера')] });
    expect(withDefaults(form, next)).to.deep.include({ title: 'Онлайн-урок: Алгебра', chat: CHAT });
    const written = withDefaults({ ...form, title: 'Контрольная' }, next);
    expect(written.title).to.equal('Контрольная');
    expect(participantRows(written.participants, 'student').map(({ name }) => name)).to.deep.equal(['Вера']);
  });

  it('names what is missing or wrong at its field', () => {
    const form = newConferenceForm(defaults());
    expect(conferenceErrors({ ...form, kind: 'call', title: ' ' })).to.have.all.keys('title', 'chatId');
    expect(conferenceErrors({ ...form, title: 'я'.repeat(41), chat: CHAT })).to.have.all.keys('title', 'lessonId');
    const wrong = { ...form, chat: { ...CHAT, kind: 'class' as const }, date: '31.02.2026', startTime: 'утром' };
    expect(conferenceErrors(wrong)).to.have.all.keys('date', 'startTime');
    expect(conferenceErrors({ ...wrong, date: '2026-11-24', startTime: '21:00' })).to.have.all.keys('endTime');
  });

  it('lets an online lesson without a chat go on without', () => {
    const { chatId: _id, chatKind: _kind, chatTitle: _title, ...conference } = card().conference;
    const form = conferenceFormOf({ ...card(), conference }, defaults());
    expect(conferenceErrors(form)).to.deep.equal({});
    expect(conferenceEdit(form, card())).to.not.have.property('chatId');
  });

  it('sends the revision and the whole of the decisions about people', () => {
    const form = conferenceFormOf(card(), defaults());
    const added = addParticipants(form.participants, [
      { personId: 'Галя', name: 'Галя', kind: 'student', detail: '5А', linked: false },
    ]);
    const participants = removeParticipant(added, participant('Анна'));
    expect(conferenceEdit({ ...form, participants }, card())).to.deep.include({
      revision: 3,
      participants: { added: [{ personId: 'Галя', kind: 'student' }], removed: ['Анна', 'Борис'] },
    });
  });

  it('never removes the host, and brings back who was removed', () => {
    const { participants } = conferenceFormOf(card(), defaults());
    expect(removeParticipant(participants, HOST)).to.equal(participants);
    const rows = participantRows(returnParticipant(participants, 'Борис'), 'student');
    expect(rows.map(({ name, takesPart, fresh }) => [name, takesPart, fresh])).to.deep.equal([
      ['Анна', true, false],
      ['Борис', true, true],
    ]);
  });
});

describe('conferenceRebased', () => {
  it('keeps what this form changed, and takes what only the other changed', () => {
    const mine = { ...conferenceFormOf(card(), defaults()), endTime: '11:00' };
    const theirs = card({ title: 'Контрольная' }, { revision: 4, startTime: '10:10', endTime: '10:50' });
    const merged = conferenceRebased(mine, theirs, defaults());
    expect(merged).to.include({ title: 'Контрольная', startTime: '10:10', endTime: '11:00' });
    expect(merged.card?.revision).to.equal(4);
    expect(conferenceDifference(conferenceFormOf(theirs, defaults()), merged)).to.deep.equal([
      { label: 'Время окончания', items: ['11:00'] },
    ]);
  });

  it('merges decisions about people', () => {
    const form = conferenceFormOf(card(), defaults());
    const mine = { ...form, participants: removeParticipant(form.participants, participant('Анна')) };
    const people = [participant('Анна'), participant('Борис'), participant('Вера', { origin: 'added' }), HOST];
    const merged = conferenceRebased(mine, card({}, { participants: people }), defaults());
    const rows = participantRows(merged.participants, 'student');
    expect(rows.map(({ name, takesPart }) => [name, takesPart])).to.deep.equal([
      ['Анна', false],
      ['Борис', true],
      ['Вера', true],
    ]);
  });
});

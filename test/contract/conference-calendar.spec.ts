import { randomUUID } from 'node:crypto';
import { expect } from 'chai';

import { PersonalDataPart } from '../../src/account/personal-data-part.js';
import { ReminderContribution } from '../../src/host/contribution-points.js';
import type { CalendarCreated, CalendarState, ConferenceCard } from '../../src/protocol/conference-protocol.js';
import { NOON_ZONE } from '../support/noon-zone.js';
import { ADMINISTRATOR, ConferenceRig, type Person } from './conference-rig.js';

const PUPIL = { personId: 'p01', rights: [] };
const TEACHER = { personId: 'e4' };

let rig: ConferenceRig;
let classChat: string;

async function start(): Promise<void> {
  rig = await ConferenceRig.start();
  classChat = await rig.chatId('class', '2022a');
}

async function plan(title: string, more: object = {}): Promise<string> {
  const { body } = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
    ...{ requestId: randomUUID(), kind: 'call', title, chatId: classChat },
    ...rig.tomorrow(),
    ...more,
  });
  return body.conference.id;
}

async function address(person: Person = PUPIL): Promise<string> {
  const { status, body } = await rig.ask<CalendarCreated>('POST', '/api/calendar', undefined, person);
  expect(status).to.equal(201);
  return body.url.replace('http://school.example/plugins/sferum', '');
}

/** Lines of a calendar, folded ones joined (RFC 5545, 3.1). */
async function lines(path: string): Promise<readonly string[]> {
  const response = await rig.fetch(path);
  expect(response.status).to.equal(200);
  expect(response.headers.get('content-type')).to.equal('text/calendar; charset=utf-8');
  return (await response.text()).replaceAll('\r\n ', '').split('\r\n');
}

describe('a personal calendar', () => {
  beforeEach(start);
  afterEach(() => rig?.stop());

  it('shows a person’s own conferences to whoever has the address, leading to the school’s page', async () => {
    const id = await plan('Собрание 5А');
    await plan('Собрание 6А', { chatId: await rig.chatId('class', '2021a') });
    const shown = await lines(await address());
    expect(shown.filter((line) => line.startsWith('SUMMARY:'))).to.deep.equal(['SUMMARY:Собрание 5А']);
    expect(shown).to.include(`UID:${id}@sferum`);
    expect(shown).to.include('STATUS:CONFIRMED');
    expect(shown.find((line) => line.startsWith('URL'))).to.include(
      'http://school.example/?window=sferum.registry&tab=conferences',
    );
    expect(shown.join('\n')).to.not.include('vk.');
  });

  it('names the school’s time zone before its entries, and gives their times as instants', async () => {
    const path = await address();
    const zone = `X-WR-TIMEZONE:${NOON_ZONE}`;
    expect((await lines(path)).slice(-3), 'without entries').to.deep.equal([
      'X-PUBLISHED-TTL:PT15M',
      zone,
      'END:VCALENDAR',
    ]);
    const id = await plan('Собрание 5А');
    await plan('Собрание для родителей');
    const shown = await lines(path);
    expect(shown.filter((line) => line.startsWith('X-WR-TIMEZONE'))).to.deep.equal([zone]);
    expect(shown.indexOf(zone)).to.equal(shown.indexOf('BEGIN:VEVENT') - 1);
    const { body } = await rig.ask<ConferenceCard>('GET', `/api/conferences/${id}`);
    const instant = (iso: string): string => iso.replace(/[-:]|\.\d+/g, '');
    expect(shown).to.include.members([
      `DTSTART:${instant(body.conference.startsAt)}`,
      `DTEND:${instant(body.conference.endsAt)}`,
    ]);
    const times = shown.filter((line) => /^(DT|LAST-MODIFIED|CREATED)/.test(line));
    expect(
      times.filter((line) => !/^[A-Z-]+:\d{8}T\d{6}Z$/.test(line)),
      'floating or of another zone',
    ).to.deep.equal([]);
  });

  it('tells of a change with a higher sequence, and of a cancelled one that it is cancelled', async () => {
    const lesson = rig.lesson({}, 60);
    const created = await rig.ask<ConferenceCard>('POST', '/api/conferences', {
      ...{ requestId: randomUUID(), kind: 'lesson', title: 'Урок', chatId: classChat, lessonId: lesson.id },
      ...rig.times(lesson.startsAt, lesson.endsAt),
    });
    expect(created.status).to.equal(201);
    const path = await address();
    const sequence = async (): Promise<number> =>
      Number((await lines(path)).find((line) => line.startsWith('SEQUENCE:'))?.slice('SEQUENCE:'.length));
    const before = await sequence();
    await rig.feed.start();
    rig.change(lesson.id, { cancelled: true });
    await rig.announce('lesson.cancelled', lesson.id);
    expect(await lines(path)).to.include('STATUS:CANCELLED');
    const cancelled = await sequence();
    expect(cancelled).to.be.greaterThan(before);
    rig.change(lesson.id, { cancelled: false });
    await rig.announce('lesson.moved', lesson.id);
    expect(await lines(path)).to.include('STATUS:CONFIRMED');
    expect(await sequence()).to.be.greaterThan(cancelled);
  });

  it('opens with the newest address only, until it is taken back', async () => {
    const first = await address();
    const second = await address();
    expect([(await rig.fetch(first)).status, (await rig.fetch(second)).status]).to.deep.equal([404, 200]);
    const { body } = await rig.ask<CalendarState>('GET', '/api/calendar', undefined, PUPIL);
    expect(body.createdAt).to.be.a('string');
    expect(body).to.not.have.property('url');
    await rig.ask('DELETE', '/api/calendar', undefined, PUPIL);
    expect((await rig.fetch(second)).status).to.equal(404);
    expect((await rig.ask<CalendarState>('GET', '/api/calendar', undefined, PUPIL)).body).to.deep.equal({});
  });

  it('says nothing to whoever guesses, and opens nothing else without a session', async () => {
    for (const path of [
      '/calendar/guess.ics',
      `/calendar/${'a'.repeat(43)}.ics`,
      '/calendar/..%2Fapi.ics',
      `/calendar/${'a'.repeat(43)}`,
    ]) {
      const response = await rig.fetch(path);
      expect([401, 404], path).to.include(response.status);
      expect(await response.text(), path).to.not.include('VCALENDAR');
    }
    expect((await rig.fetch('/api/calendar')).status).to.equal(401);
    expect((await rig.fetch('/api/conferences')).status).to.equal(401);
  });

  it('answers a program that has the newest calendar already without sending it again', async () => {
    await plan('Собрание 5А');
    const path = await address();
    const first = await rig.fetch(path);
    const again = await rig.fetch(path, { 'if-none-match': first.headers.get('etag') ?? '' });
    expect([first.status, again.status]).to.deep.equal([200, 304]);
  });

  it('says nothing of the address in the log when the database is away', async () => {
    const path = await address();
    await rig.sql('alter table calendar_address rename to calendar_address_away');
    const response = await rig.fetch(path);
    expect([response.status, await response.text()]).to.deep.equal([500, '']);
    expect(rig.logger.of('error')).to.deep.equal(['a request without a session failed']);
    expect(JSON.stringify(rig.logger.lines)).to.not.include(path.slice('/calendar/'.length, -'.ics'.length));
  });

  it('keeps only the hash of the address', async () => {
    const path = await address();
    const secret = path.slice('/calendar/'.length, -'.ics'.length);
    const kept = JSON.stringify(await rig.sql('select * from calendar_address'));
    expect(kept).to.not.include(secret);
    expect(JSON.stringify(rig.logger.lines)).to.not.include(secret);
  });

  it('does not fill the chat administrator’s calendar with every lesson of the school', async () => {
    await plan('Собрание 5А');
    const shown = await lines(await address({ personId: ADMINISTRATOR }));
    expect(shown.filter((line) => line.startsWith('SUMMARY:'))).to.deep.equal([]);
  });

  it('is given out and erased with the person', async () => {
    const path = await address(TEACHER);
    await plan('Собрание', { members: [] });
    const part = rig.getAll(PersonalDataPart).find(({ id }) => id === 'conferences');
    expect(JSON.stringify(await part?.export('e4'))).to.include('createdAt');
    expect(await part?.erase('e4')).to.deep.equal([]);
    expect((await rig.fetch(path)).status).to.equal(404);
    expect(await part?.export('e4')).to.equal(undefined);
  });
});

describe('reminders on the desktop', () => {
  beforeEach(start);
  afterEach(() => rig?.stop());

  async function reminders(personId: string): Promise<readonly string[]> {
    const [contribution] = rig.getAll(ReminderContribution);
    const due = await contribution?.due(rig.session({ personId, rights: [] }));
    return (due ?? []).map(({ text }) => text);
  }

  it('come a few minutes before, to whoever takes part', async () => {
    const id = await plan('Собрание 5А');
    expect(await reminders('p01')).to.deep.equal([]);
    await rig.shift(id, 4, 45);
    expect(await reminders('p01')).to.deep.equal(['Через 4 минуты: Собрание 5А']);
    expect(await reminders('p07'), 'of another class').to.deep.equal([]);
    expect(await reminders(ADMINISTRATOR), 'the chat administrator').to.deep.equal([]);
    await rig.shift(id, -1, 45);
    expect(await reminders('p01')).to.deep.equal([]);
  });

  it('come again under another id when the time is moved, and not for what is over', async () => {
    const id = await plan('Собрание 5А');
    const ids = async (): Promise<readonly string[]> => {
      const due = await rig.getAll(ReminderContribution)[0]?.due(rig.session({ personId: 'p01', rights: [] }));
      return (due ?? []).map((reminder) => reminder.id);
    };
    await rig.shift(id, 3, 45);
    const [first] = await ids();
    await rig.shift(id, 5, 45);
    expect(await ids()).to.not.deep.equal([first]);
    await rig.ask('POST', `/api/conferences/${id}/end`);
    expect(await ids()).to.deep.equal([]);
  });
});

import { expect } from 'chai';
import { firstValueFrom, toArray, takeUntil, Subject, type Observable } from 'rxjs';

import type { HostDirectory, Page, PageRequest } from '../../src/host/host-directory.js';
import type { HostClock, HostHttp } from '../../src/host/host-services.js';
import type { HostSession } from '../../src/host/host-session.js';
import type { HostStreams } from '../../src/host/host-streams.js';

/** A host with one school in it that has classes with and without students, guardians, a study group and lessons. */
export interface HostUnderContract {
  readonly directory: HostDirectory;
  readonly streams: HostStreams;
  /** Whether the host tells missed events again, see `HostStreams.enrollmentSince`. */
  readonly replays: boolean;
  readonly session: HostSession;
  readonly clock: HostClock;
  /** With nothing mounted. */
  readonly http: HostHttp;
  readonly organizationId: string;
  /** A class of the school without students. */
  readonly emptyClassId: string;
  /** A right that the person of {@link signIn} has, until {@link withdrawRight}. */
  readonly right: string;
  /** @returns the `Cookie` header of somebody who works in the school */
  signIn(): Promise<{ readonly cookie: string; readonly personId: string }>;
  withdrawRight(): Promise<void>;
  /** Moves a student from one class to another. */
  transfer(): Promise<{ readonly studentId: string; readonly fromClassId: string; readonly toClassId: string }>;
  /** Tries a transfer that fails and changes nothing. */
  failToTransfer(): Promise<void>;
  cancelLesson(): Promise<{ readonly lessonId: string }>;
  stop(): Promise<void>;
}

/**
 * What a plugin relies on. Any host can run it against its own services.
 * @param makeHost a fresh host; each part of the contract gets its own
 */
export function describeHostContract(name: string, makeHost: () => Promise<HostUnderContract>): void {
  describe(name, () => {
    for (const [part, contract] of Object.entries(PARTS)) {
      describe(part, () => {
        let host: HostUnderContract;
        before(async () => (host = await makeHost()));
        after(() => host.stop());
        contract(() => host);
      });
    }
  });
}

const PARTS = {
  HostDirectory: directoryContract,
  HostStreams: streamsContract,
  HostSession: sessionContract,
  HostHttp: httpContract,
  HostClock: clockContract,
};

function directoryContract(host: () => HostUnderContract): void {
  it('gives the same set in pages of one as in one page, without repeats', async () => {
    const { directory, organizationId } = host();
    const sets: readonly ((page: PageRequest) => Promise<Page<unknown>>)[] = [
      (page) => directory.organizations(page),
      (page) => directory.employees(organizationId, page),
      (page) => directory.classes(organizationId, page),
      (page) => directory.studyGroups(organizationId, page),
      (page) => directory.searchPeople({ organizationId, kind: 'student', query: '' }, page),
      (page) => directory.lessons(organizationId, new Date(0), new Date('2100-01-01'), page),
    ];
    for (const set of sets) {
      const whole = await set({ limit: 1000 });
      expect(whole.cursor).to.equal(undefined);
      expect(whole.items).to.not.be.empty;
      expect(await all(set, 1)).to.deep.equal(whole.items);
    }
  });

  it('refuses a limit outside 1 to 1000', async () => {
    const { directory } = host();
    for (const limit of [0, 1001, 1.5]) {
      const outcome = await directory.organizations({ limit }).then(
        () => 'answered',
        () => 'refused',
      );
      expect(outcome, `limit ${limit}`).to.equal('refused');
    }
  });

  it('leaves unknown ids out', async () => {
    const { directory, organizationId } = host();
    const classes = await all((page) => directory.classes(organizationId, page), 1000);
    const known = classes.map(({ id }) => id);
    expect((await directory.organizationsById([organizationId, 'nowhere'])).map(({ id }) => id)).to.deep.equal([
      organizationId,
    ]);
    expect((await directory.classesById([...known, 'nowhere'])).map(({ id }) => id)).to.have.members(known);
    expect((await directory.classRosters([...known, 'nowhere'])).map(({ id }) => id)).to.have.members(known);
    for (const read of [
      directory.studyGroupsById(['nowhere']),
      directory.groupRosters(['nowhere']),
      directory.guardians(['nobody']),
      directory.people(['nobody']),
      directory.lessonsById(['never']),
      directory.classIdsOfPerson(organizationId, 'nobody'),
    ]) {
      expect(await read).to.deep.equal([]);
    }
  });

  it('answers a repeated id once', async () => {
    const { directory, organizationId, emptyClassId } = host();
    expect(await directory.organizationsById([organizationId, organizationId])).to.have.length(1);
    expect(await directory.classRosters([emptyClassId, emptyClassId])).to.have.length(1);
  });

  it('answers with an empty list for a class without students and a student without guardians', async () => {
    const { directory, organizationId, emptyClassId } = host();
    expect(await directory.classRosters([emptyClassId])).to.deep.equal([{ id: emptyClassId, studentIds: [] }]);
    const classIds = (await all((page) => directory.classes(organizationId, page), 1000)).map(({ id }) => id);
    const studentIds = (await directory.classRosters(classIds)).flatMap((roster) => roster.studentIds);
    const guardians = await directory.guardians(studentIds);
    expect(guardians.map(({ studentId }) => studentId)).to.have.members([...new Set(studentIds)]);
    expect(guardians.some(({ guardianIds }) => guardianIds.length === 0)).to.equal(true);
  });

  it('says of everybody who is in a school what they are, so that nobody counts as gone', async () => {
    const { directory, organizationId } = host();
    const employees = await all((page) => directory.employees(organizationId, page), 1000);
    const classIds = (await all((page) => directory.classes(organizationId, page), 1000)).map(({ id }) => id);
    const students = (await directory.classRosters(classIds)).flatMap(({ studentIds }) => studentIds);
    const guardians = (await directory.guardians(students)).flatMap(({ guardianIds }) => guardianIds);
    for (const [kind, ids] of [
      ['employee', employees.map(({ personId }) => personId)],
      ['student', students],
      ['guardian', guardians],
    ] as const) {
      const people = await directory.people([...new Set(ids)]);
      expect(people.map(({ id }) => id)).to.have.members([...new Set(ids)]);
      for (const person of people) expect(person.kinds, person.id).to.include(kind);
    }
  });

  it('names the classes of a student and of their guardians alike', async () => {
    const { directory, organizationId } = host();
    const classIds = (await all((page) => directory.classes(organizationId, page), 1000)).map(({ id }) => id);
    for (const { id, studentIds } of await directory.classRosters(classIds)) {
      for (const { studentId, guardianIds } of await directory.guardians(studentIds)) {
        for (const personId of [studentId, ...guardianIds]) {
          expect(await directory.classIdsOfPerson(organizationId, personId)).to.include(id);
        }
      }
    }
  });

  it('finds people by part of a name in any case, of the kind and class asked for', async () => {
    const { directory, organizationId } = host();
    const [found] = (await directory.searchPeople({ organizationId, kind: 'student', query: '' }, { limit: 1 })).items;
    const query = found?.person.familyName.toUpperCase() ?? '';
    const [classId] = await directory.classIdsOfPerson(organizationId, found?.person.id ?? '');
    const search = { organizationId, kind: 'student', query } as const;
    const ids = async (page: Page<{ readonly person: { readonly id: string } }>): Promise<string[]> =>
      page.items.map(({ person }) => person.id);
    expect(await ids(await directory.searchPeople(search, { limit: 1000 }))).to.include(found?.person.id);
    expect(await ids(await directory.searchPeople({ ...search, classId: classId ?? '' }, { limit: 1000 }))).to.include(
      found?.person.id,
    );
    expect(await ids(await directory.searchPeople({ ...search, kind: 'employee' }, { limit: 1000 }))).to.not.include(
      found?.person.id,
    );
  });

  it('takes the signs of a search pattern literally', async () => {
    const { directory, organizationId } = host();
    for (const query of ['%', '_', '\\']) {
      expect(
        (await directory.searchPeople({ organizationId, kind: 'student', query }, { limit: 10 })).items,
      ).to.deep.equal([]);
    }
  });

  it('gives the lessons that start in a half-open time', async () => {
    const { directory, organizationId } = host();
    const lessons = await all(
      (page) => directory.lessons(organizationId, new Date(0), new Date('2100-01-01'), page),
      1000,
    );
    const [first] = lessons;
    if (first === undefined) throw new Error('the school has no lesson');
    const after = new Date(first.startsAt.getTime() + 1);
    expect((await directory.lessons(organizationId, first.startsAt, after, { limit: 10 })).items).to.deep.include(
      first,
    );
    expect(
      (await directory.lessons(organizationId, new Date(0), first.startsAt, { limit: 10 })).items,
    ).to.not.deep.include(first);
    expect(await directory.lessonsById([first.id])).to.deep.equal([first]);
  });
}

function streamsContract(host: () => HostUnderContract): void {
  it('tells again what happened after a position, the oldest first, where it offers that', async () => {
    const { streams, replays } = host();
    expect(streams.enrollmentSince !== undefined, 'offered').to.equal(replays);
    if (streams.enrollmentSince === undefined) return;
    const heard: number[] = [];
    const subscription = streams.enrollment.subscribe(({ position }) => heard.push(position));
    await host().transfer();
    const first = heard.at(-1) ?? 0;
    await host().transfer();
    subscription.unsubscribe();
    const again: number[] = [];
    for await (const { position, at } of streams.enrollmentSince(first)) {
      expect(at).to.be.instanceOf(Date);
      again.push(position);
    }
    expect(again).to.deep.equal(heard.filter((position) => position > first));
    expect(again).to.not.be.empty;
  });

  it('announces a change when the directory has it already', async () => {
    const { streams, directory, transfer } = host();
    const seen = firstValueFrom(streams.enrollment);
    const moved = await transfer();
    const event = await seen;
    expect(event).to.include({ kind: 'student.transferred', ...moved });
    expect(event.at).to.be.an.instanceOf(Date);
    const rosters = await directory.classRosters([moved.fromClassId, moved.toClassId]);
    const inClass = (id: string): readonly string[] => rosters.find((roster) => roster.id === id)?.studentIds ?? [];
    expect(inClass(moved.fromClassId)).to.not.include(moved.studentId);
    expect(inClass(moved.toClassId)).to.include(moved.studentId);
  });

  it('numbers the events of a stream upwards and names each of them', async () => {
    const { streams, transfer, cancelLesson } = host();
    const enrollment = collect(streams.enrollment);
    const schedule = collect(streams.schedule);
    await transfer();
    await transfer();
    const { lessonId } = await cancelLesson();
    const events = await enrollment();
    expect(events.length).to.be.at.least(2);
    expect(new Set(events.map(({ id }) => id)).size).to.equal(events.length);
    const positions = events.map(({ position }) => position);
    expect(positions).to.deep.equal([...positions].sort((left, right) => left - right));
    expect(await schedule())
      .to.have.length(1)
      .and.to.have.nested.property('[0].lessonId', lessonId);
  });

  it('announces nothing when a change fails', async () => {
    const { streams, failToTransfer } = host();
    const events = collect(streams.enrollment);
    await failToTransfer();
    expect(await events()).to.deep.equal([]);
  });
}

function sessionContract(host: () => HostUnderContract): void {
  it('knows who sends a request', async () => {
    const { session, http, organizationId, right, signIn } = host();
    const { cookie, personId } = await signIn();
    const current = await session.current(new Request(http.baseUrl, { headers: { cookie } }));
    expect(current).to.include({ personId, organizationId });
    expect(current?.sessionId).to.be.a('string').and.not.equal('');
    expect(cookie).to.not.include(current?.sessionId);
    expect(current?.rights.has(right)).to.equal(true);
  });

  it('tells two sessions of one person apart', async () => {
    const { session, http, signIn } = host();
    const ids = await Promise.all(
      [await signIn(), await signIn()].map(({ cookie }) =>
        session.current(new Request(http.baseUrl, { headers: { cookie } })).then((current) => current?.sessionId),
      ),
    );
    expect(new Set(ids).size).to.equal(2);
  });

  it('knows nobody without a cookie or with a made-up one', async () => {
    const { session, http, signIn } = host();
    const { cookie } = await signIn();
    expect(await session.current(new Request(http.baseUrl))).to.equal(undefined);
    const forged = cookie.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a'));
    expect(await session.current(new Request(http.baseUrl, { headers: { cookie: forged } }))).to.equal(undefined);
  });

  it('obeys a withdrawn right on the next request', async () => {
    const { session, http, right, signIn, withdrawRight } = host();
    const { cookie } = await signIn();
    await withdrawRight();
    const current = await session.current(new Request(http.baseUrl, { headers: { cookie } }));
    expect(current?.rights.has(right)).to.equal(false);
  });
}

function httpContract(host: () => HostUnderContract): void {
  it('hands over paths relative to the mount point, with query, method, headers and body', async () => {
    const { http } = host();
    const unmount = http.mount(async (request) => {
      const { pathname, search } = new URL(request.url);
      const text = `${request.method} ${pathname}${search} ${request.headers.get('x-probe')} ${await request.text()}`;
      return new Response(text, { status: 201, headers: { 'X-Answer': 'yes' } });
    });
    const answer = await fetch(`${http.baseUrl}/a/b?c=d`, { method: 'PUT', headers: { 'X-Probe': 'p' }, body: 'тело' });
    expect(await answer.text()).to.equal('PUT /a/b?c=d p тело');
    expect(answer.status).to.equal(201);
    expect(answer.headers.get('x-answer')).to.equal('yes');
    unmount();
  });

  it('answers for itself once the handler is unmounted, and may be unmounted twice', async () => {
    const { http } = host();
    const unmount = http.mount(async () => new Response('plugin'));
    unmount();
    unmount();
    const answer = await fetch(`${http.baseUrl}/a`);
    expect(answer.ok).to.equal(false);
    expect(await answer.text()).to.not.equal('plugin');
    http.mount(async () => new Response('again'))();
  });

  it('turns a thrown error into an answer and goes on', async () => {
    const { http } = host();
    const unmount = http.mount(async (request) => {
      if (request.url.endsWith('/throw')) throw new Error('secret detail');
      return new Response('fine');
    });
    const broken = await fetch(`${http.baseUrl}/throw`);
    expect(broken.status).to.equal(500);
    expect(await broken.text()).to.not.include('secret detail');
    expect(await (await fetch(`${http.baseUrl}/next`)).text()).to.equal('fine');
    unmount();
  });

  it('passes a stream on piece by piece and aborts the signal when the browser goes away', async () => {
    const { http } = host();
    const aborted = new Subject<void>();
    const heard = firstValueFrom(aborted);
    const unmount = http.mount(async (request) => {
      request.signal.addEventListener('abort', () => aborted.next());
      const start = (controller: ReadableStreamDefaultController): void =>
        controller.enqueue(new TextEncoder().encode('data: 1\n\n'));
      return new Response(new ReadableStream({ start }), { headers: { 'Content-Type': 'text/event-stream' } });
    });
    const browser = new AbortController();
    const answer = await fetch(`${http.baseUrl}/stream`, { signal: browser.signal });
    const piece = (await answer.body?.getReader().read()) as { readonly value?: Uint8Array } | undefined;
    expect(new TextDecoder().decode(piece?.value)).to.equal('data: 1\n\n');
    browser.abort();
    await heard;
    unmount();
  });

  it('has addresses that stand alone', () => {
    const { http } = host();
    expect(http.baseUrl).to.match(/^https?:\/\/.*[^/]$/);
    expect(URL.canParse(http.desktopUrl)).to.equal(true);
  });
}

function clockContract(host: () => HostUnderContract): void {
  it('calls back once after the delay, and not at all when cancelled', async () => {
    const { clock } = host();
    const calls: string[] = [];
    const cancel = clock.after(1, () => calls.push('cancelled'));
    cancel();
    cancel();
    await new Promise<void>((resolve) => {
      // keeps the process awake: a host's timers need not
      const awake = setInterval(() => undefined, 1000);
      clock.after(5, () => {
        calls.push('due');
        clearInterval(awake);
        resolve();
      });
    });
    expect(calls).to.deep.equal(['due']);
  });
}

async function all<T>(read: (page: PageRequest) => Promise<Page<T>>, limit: number): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor === undefined ? { limit } : { limit, cursor });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return items;
}

/** Subscribes now; the returned function ends it and gives what came. */
function collect<T>(stream: Observable<T>): () => Promise<readonly T[]> {
  const end = new Subject<void>();
  const events = firstValueFrom(stream.pipe(takeUntil(end), toArray()));
  return () => {
    end.next();
    return events;
  };
}

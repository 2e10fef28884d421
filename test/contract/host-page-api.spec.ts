import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect } from 'chai';
import { firstValueFrom, take, toArray } from 'rxjs';

import type {
  ButtonPressed,
  Desktop,
  EmployeeList,
  LessonJournalView,
  LessonView,
  LoginPeople,
  OrganizationSettingsView,
  RoleView,
  StudentList,
} from '../../fixtures/host/page-protocol.js';
import { startProbeHost, type Browser, type ProbeHost } from '../support/test-plugin/probe-host.js';

const PLATFORM = 'platform-administrator';

describe('hostApplication', () => {
  let host: ProbeHost;
  beforeEach(async () => (host = await startProbeHost()));
  afterEach(() => host.stop());

  async function read<T>(browser: Pick<Browser, 'send'>, path: string): Promise<T> {
    const answer = await browser.send('GET', path);
    expect(answer.status, path).to.equal(200);
    return (await answer.json()) as T;
  }

  async function refusal(answer: Promise<Response>): Promise<string> {
    const { status, ok } = await answer;
    expect(ok).to.equal(false);
    const { error } = (await (await answer).json()) as { error: { code: string; message: string } };
    expect(error.message).to.not.equal('');
    return `${status} ${error.code}`;
  }

  it('lets people be found for the login by name, class, position, school and kind', async () => {
    const anybody = { send: (method: string, path: string) => fetch(host.url + path, { method }) };
    const found = await read<LoginPeople>(anybody, '/host/people?query=ёлк');
    expect(found.items.map(({ name, detail }) => `${name}: ${detail}`)).to.deep.equal([
      'Ёлкин Иван: ученик 5А',
      'Ёлкина Елена: родитель: Ёлкин Иван 5А',
    ]);
    expect(found.total).to.equal(2);
    expect(found.organizations.map(({ id }) => id)).to.deep.equal(['school-1', 'school-2']);
    for (const [query, ids] of Object.entries({ '10б': ['pupil-3'], повар: ['cook'], 'ёлк 5а': ['pupil-1'] })) {
      const { items } = await read<LoginPeople>(anybody, `/host/people?query=${query}`);
      expect(
        items.map(({ id }) => id),
        query,
      ).to.deep.equal(ids);
    }
    const students = await read<LoginPeople>(anybody, '/host/people?organizationId=school-1&kind=student');
    expect(students.items.map(({ id }) => id)).to.deep.equal(['pupil-1', 'pupil-2', 'pupil-3']);
  });

  it('signs in and out with a cookie that scripts cannot read', async () => {
    const login = await fetch(`${host.url}/host/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ personId: 'director', organizationId: 'school-1' }),
    });
    expect(login.headers.get('set-cookie')).to.match(/^eschool_session=.*HttpOnly; SameSite=Lax/);
    const director = await host.signIn('director');
    await read(director, '/host/desktop');
    await director.send('POST', '/host/logout');
    expect(await refusal(director.send('GET', '/host/desktop'))).to.equal('401 HOST_SIGNED_OUT');
  });

  it('signs nobody in where they do not belong', async () => {
    const outcome = await host.signIn('director', 'school-2').catch((error: Error) => error.message);
    expect(outcome).to.include('404');
    await host.signIn(PLATFORM, 'school-2');
  });

  it('shows on the desktop what rights and flags allow, even where a plugin part is broken', async () => {
    const director = await read<Desktop>(await host.signIn('director'), '/host/desktop');
    expect(director.shortcuts.map(({ id }) => id)).to.include.members(['probe.open', 'host.students']);
    expect(director.menu.find(({ id }) => id === 'probe.menu')?.path).to.deep.equal(['Реестры']);
    expect(director.windows.map(({ id }) => id))
      .to.include('probe.window')
      .and.not.to.include('host.roles');
    expect(director.webEntries).to.deep.equal(['/plugins/probe/web/probe.js']);
    const student = await read<Desktop>(await host.signIn('pupil-1'), '/host/desktop');
    expect(student.windows.map(({ id }) => id)).to.deep.equal(['host.lesson-journal']);
    expect(student.menu.map(({ id }) => id)).to.deep.equal(['host.lesson-journal']);
    await host.halt();
    const skipped = (await host.logged()).filter(({ msg }) => msg.includes('skipped'));
    expect(skipped[0]).to.include({ contribution: 'probe.broken-state' });
  });

  it('serves the module with the custom elements and nothing outside its folder', async () => {
    const module = await fetch(`${host.url}/plugins/probe/web/probe.js`);
    expect(module.headers.get('content-type')).to.include('javascript');
    expect(await module.text()).to.include('probe-window');
    // a browser's URL would be cleaned of the dots on its way
    const { hostname, port, host: authority } = new URL(host.url);
    const socket = connect(Number(port), hostname);
    socket.end(
      `GET /plugins/probe/web/%2e%2e/plugin.manifest.json HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`,
    );
    expect(await text(socket)).to.not.include('hostApi');
  });

  it('without the metarole: settings, students, employees and roles are refused', async () => {
    const teacher = await host.signIn('teacher');
    const forbidden: readonly [string, string, object?][] = [
      ['GET', '/host/organization-settings'],
      ['PUT', '/host/organization-settings', { values: { 'probe.greeter': 'director' } }],
      ['GET', '/host/administrators'],
      ['GET', '/host/students'],
      ['POST', '/host/students', { givenName: 'А', familyName: 'Б', classId: 'class-5a' }],
      ['POST', '/host/students/pupil-1/transfer', { classId: 'class-10b' }],
      ['POST', '/host/students/pupil-1/expel', {}],
      ['GET', '/host/employees'],
      ['POST', '/host/employees/cook/dismiss', {}],
      ['POST', '/host/work/lessons/lesson-10b/cancel', {}],
    ];
    for (const [method, path, body] of forbidden) {
      expect(await refusal(teacher.send(method, path, body)), path).to.equal('403 HOST_RIGHT_MISSING');
    }
    const director = await host.signIn('director');
    for (const method of ['GET', 'PUT']) {
      const path = method === 'GET' ? '/host/roles' : '/host/roles/teacher';
      expect(await refusal(director.send(method, path, method === 'GET' ? undefined : { rights: [] }))).to.equal(
        '403 HOST_RIGHT_MISSING',
      );
    }
    expect(await host.services.directory.classIdsOfPerson('school-1', 'pupil-1')).to.deep.equal(['class-5a']);
  });

  it('keeps an administrator inside their own organisation', async () => {
    const stranger = await host.signIn('head-2', 'school-2');
    expect(await refusal(stranger.send('POST', '/host/students/pupil-1/expel', {}))).to.equal('404 HOST_NOT_FOUND');
    expect(await refusal(stranger.send('GET', '/host/lessons/lesson-10b'))).to.equal('404 HOST_NOT_FOUND');
    expect((await read<StudentList>(stranger, '/host/students')).total).to.equal(0);
    const values = { 'probe.greeter': 'director' };
    expect(await refusal(stranger.send('PUT', '/host/organization-settings', { values }))).to.equal(
      '400 HOST_REQUEST_INVALID',
    );
  });

  it('refuses changes asked for by another site', async () => {
    const director = await host.signIn('director');
    const foreign: readonly Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of foreign) {
      const answer = director.send('POST', '/host/students/pupil-1/expel', {}, headers);
      expect(await refusal(answer)).to.equal('403 HOST_CROSS_SITE');
      expect(await refusal(director.send('POST', '/plugins/probe/echo', {}, headers))).to.equal('403 HOST_CROSS_SITE');
    }
    const own = { origin: host.url, 'sec-fetch-site': 'same-origin' };
    expect((await director.send('POST', '/host/students/pupil-1/expel', {}, own)).status).to.equal(200);
  });

  it('sends a content security policy and forbids framing with every answer', async () => {
    for (const path of ['/host/people', '/plugins/probe/who', '/nowhere']) {
      const { headers } = await fetch(host.url + path);
      expect(headers.get('content-security-policy'), path).to.include(
        "default-src 'self'; style-src 'self' 'unsafe-inline'",
      );
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
    }
  });

  it('stores an organisation setting, grants its metarole and tells the plugin once per change', async () => {
    const director = await host.signIn('director');
    const values = { 'probe.greeter': 'director' };
    const saved = await director.send('PUT', '/host/organization-settings', { values });
    expect(((await saved.json()) as OrganizationSettingsView).fields[0]?.value?.name).to.equal(
      'Директорова Анна Ивановна',
    );
    await director.send('PUT', '/host/organization-settings', { values });
    expect((await read<{ told: string[] }>(director, '/plugins/probe/state')).told).to.deep.equal(['school-1']);
    expect((await read<Desktop>(director, '/host/desktop')).metaroles).to.include('probe.greeter');
    expect((await host.services.directory.organizationsById(['school-1']))[0]?.settings).to.deep.equal(values);
    await director.send('PUT', '/host/organization-settings', { values: { 'probe.greeter': null } });
    expect((await read<Desktop>(director, '/host/desktop')).metaroles).to.not.include('probe.greeter');
  });

  it('picks only employees of the registry «Администраторы» for a setting', async () => {
    const director = await host.signIn('director');
    expect(
      (await read<{ items: { id: string }[] }>(director, '/host/administrators')).items.map(({ id }) => id),
    ).to.deep.equal(['director']);
    for (const values of [
      { 'probe.greeter': 'teacher' },
      { 'probe.greeter': 'nobody' },
      { 'probe.unknown': 'director' },
    ]) {
      const answer = director.send('PUT', '/host/organization-settings', { values });
      expect(await refusal(answer)).to.equal('400 HOST_REQUEST_INVALID');
    }
    expect((await read<OrganizationSettingsView>(director, '/host/organization-settings')).fields[0]?.value).to.equal(
      null,
    );
  });

  it('gives metaroles the default rights until a super-administrator saves the role', async () => {
    const admin = await host.signIn(PLATFORM);
    const { items } = await read<{ items: RoleView[] }>(admin, '/host/roles');
    const role = (id: string): RoleView | undefined => items.find((item) => item.id === id);
    expect(role('organization-administrator')).to.include({
      title: 'Администратор организации',
      metarole: true,
      people: 2,
    });
    expect(role('organization-administrator')?.rights).to.deep.equal(['probe.lesson.greet', 'probe.lesson.end']);
    expect(role('teacher')).to.deep.include({ title: 'Учитель', metarole: false, people: 1, rights: [] });
    expect(role('probe.greeter')).to.include({ title: 'Встречающий', metarole: true });

    const director = await host.signIn('director');
    await admin.send('PUT', '/host/roles/organization-administrator', { rights: ['probe.lesson.end'] });
    await admin.send('PUT', '/host/roles/teacher', { rights: ['probe.lesson.greet'] });
    expect((await read<{ rights: string[] }>(director, '/plugins/probe/who')).rights).to.deep.equal([
      'probe.lesson.end',
    ]);
    const teacher = await host.signIn('teacher');
    expect((await read<{ rights: string[] }>(teacher, '/plugins/probe/who')).rights).to.deep.equal([
      'probe.lesson.greet',
    ]);
    expect(await refusal(admin.send('PUT', '/host/roles/teacher', { rights: ['probe.absent'] }))).to.equal(
      '400 HOST_REQUEST_INVALID',
    );
  });

  it('draws the buttons of «Журнал на урок», skips a broken one, and passes effects and refusals on', async () => {
    const director = await host.signIn('director');
    const view = await read<LessonJournalView>(director, '/host/lessons/lesson-group');
    expect(view.students.map(({ name }) => name)).to.deep.equal(['Ёлкин Иван', 'Учителева Мария']);
    expect(view.buttons).to.deep.equal([{ id: 'probe.greet', title: 'Поздороваться', visible: true, enabled: true }]);
    const pressed = await director.send('POST', '/host/lessons/lesson-group/buttons/probe.greet');
    expect(((await pressed.json()) as ButtonPressed).effects).to.have.length(1);
    const press = (browser: Browser, button: string): Promise<Response> =>
      browser.send('POST', `/host/lessons/lesson-group/buttons/${button}`);
    expect(await refusal(press(director, 'probe.broken'))).to.equal('409 HOST_CONTRIBUTION_FAILED');
    expect(await refusal(press(director, 'probe.absent'))).to.equal('404 HOST_NOT_FOUND');
    expect(await refusal(press(await host.signIn('pupil-1'), 'probe.greet'))).to.equal('403 PROBE_RIGHT_MISSING');
  });

  it('shows employees every lesson of the day, and children and parents their own', async () => {
    const seen = async (personId: string): Promise<string[]> => {
      const { items } = await read<{ items: LessonView[] }>(await host.signIn(personId), '/host/lessons');
      return items.map(({ id, mine }) => `${id}${mine ? ' mine' : ''}`);
    };
    expect(await seen('cook')).to.deep.equal(['lesson-group', 'lesson-10b']);
    expect(await seen('teacher')).to.deep.equal(['lesson-group mine', 'lesson-10b mine']);
    expect(await seen('pupil-1')).to.deep.equal(['lesson-group mine']);
    expect(await seen('mother')).to.deep.equal(['lesson-group mine']);
    expect(await refusal((await host.signIn('mother')).send('GET', '/host/lessons/lesson-10b'))).to.equal(
      '404 HOST_NOT_FOUND',
    );
  });

  it('enrols, transfers and expels students, and announces each change', async () => {
    const director = await host.signIn('director');
    const events = firstValueFrom(host.services.events.enrollment.pipe(take(5), toArray()));
    const created = await director.send('POST', '/host/students', {
      givenName: 'Новый',
      familyName: 'Ученик',
      classId: 'class-5a',
    });
    const { id } = (await created.json()) as { id: string };
    await director.send('POST', '/host/students/pupil-1/transfer', { classId: 'class-10b' });
    await director.send('POST', '/host/students/pupil-1/expel', {});
    await director.send('POST', '/host/students/pupil-1/enrol', { classId: 'class-5a' });
    expect((await events).map(({ id: _, position: __, at: ___, ...news }) => news)).to.deep.equal([
      { kind: 'student.enrolled', organizationId: 'school-1', studentId: id, classId: 'class-5a' },
      {
        kind: 'student.transferred',
        organizationId: 'school-1',
        studentId: 'pupil-1',
        fromClassId: 'class-5a',
        toClassId: 'class-10b',
      },
      { kind: 'group.members-changed', organizationId: 'school-1', groupId: 'group-math' },
      { kind: 'student.expelled', organizationId: 'school-1', studentId: 'pupil-1', classId: 'class-10b' },
      { kind: 'student.enrolled', organizationId: 'school-1', studentId: 'pupil-1', classId: 'class-5a' },
    ]);
    const { items } = await read<StudentList>(director, '/host/students?classId=class-5a');
    expect(items.map((student) => student.id)).to.have.members(['pupil-1', 'pupil-2', id]);
    for (const action of ['enrol', 'transfer']) {
      const answer = director.send('POST', `/host/students/pupil-1/${action}`, { classId: 'class-5a' });
      expect(await refusal(answer)).to.equal('409 HOST_CONFLICT');
    }
  });

  it('says which fields of a form are blank, and to a program what is wrong with its request', async () => {
    const director = await host.signIn('director');
    const message = async (path: string, body: object): Promise<string> => {
      const answer = await director.send('POST', path, body);
      expect(answer.status, path).to.equal(400);
      return ((await answer.json()) as { error: { message: string } }).error.message;
    };
    const pupil = { familyName: ' ', givenName: '  ', classId: 'class-5a' };
    expect(await message('/host/students', pupil)).to.equal('Заполните: «Имя», «Фамилия».');
    expect(await message('/host/work/classes/class-5a/rename', { name: ' ' })).to.equal('Заполните: «Название».');
    expect(await message('/host/students', { ...pupil, classId: undefined })).to.include('classId');
    expect((await read<StudentList>(director, '/host/students')).total).to.equal(3);
  });

  it('hires and dismisses employees; whoever is dismissed loses everything entrusted to them', async () => {
    const director = await host.signIn('director');
    const hired = await director.send('POST', '/host/employees', {
      givenName: 'Нина',
      familyName: 'Новая',
      position: 'Учитель',
      positionType: 'teaching',
    });
    expect(hired.status).to.equal(201);
    expect((await read<EmployeeList>(director, '/host/employees?query=новая')).total).to.equal(1);
    await director.send('PUT', '/host/organization-settings', { values: { 'probe.greeter': 'director' } });
    const teacher = await host.signIn('teacher');
    const cook = await host.signIn('cook');
    for (const id of ['teacher', 'cook', 'director']) await director.send('POST', `/host/employees/${id}/dismiss`, {});

    const [schoolClass] = await host.services.directory.classesById(['class-5a']);
    expect(schoolClass).to.not.have.property('classTeacherId');
    expect(await refusal(cook.send('GET', '/host/desktop'))).to.equal('401 HOST_SIGNED_OUT');
    expect(await refusal(director.send('GET', '/host/desktop'))).to.equal('401 HOST_SIGNED_OUT');
    const left = await host.services.directory.people(['cook', 'teacher']);
    expect(left.map(({ id, kinds }) => [id, kinds])).to.deep.equal([
      ['cook', []],
      ['teacher', ['guardian']],
    ]);
    // still the father of a pupil
    expect((await read<Desktop>(teacher, '/host/desktop')).person.detail).to.equal('родитель: Учителева Мария 5А');
    expect((await host.services.directory.organizationsById(['school-1']))[0]?.settings).to.deep.equal({
      'probe.greeter': null,
    });
    expect((await read<{ told: string[] }>(teacher, '/plugins/probe/state')).told).to.deep.equal([
      'school-1',
      'school-1',
    ]);
  });

  it('changes classes, groups, guardians and the timetable, and announces each change', async () => {
    const director = await host.signIn('director');
    const enrollment = firstValueFrom(host.services.events.enrollment.pipe(take(9), toArray()));
    const schedule = firstValueFrom(host.services.events.schedule.pipe(take(7), toArray()));
    const work = async (method: string, path: string, body?: object): Promise<{ id: string }> => {
      const answer = await director.send(method, `/host/work/${path}`, body);
      expect(answer.ok, path).to.equal(true);
      return (await answer.json()) as { id: string };
    };
    await work('POST', 'employees/cook/position', { position: 'Завхоз', positionTypes: ['administration'] });
    const { id } = await work('POST', 'classes', { name: '2Г', schoolYear: '2026' });
    await work('POST', `classes/${id}/rename`, { name: '3Г' });
    await work('POST', `classes/${id}/teacher`, { teacherId: 'cook' });
    await work('POST', `classes/${id}/close`);
    await work('POST', 'groups/group-math/teacher', { teacherId: 'director' });
    await work('POST', 'groups/group-math/members', { studentIds: ['pupil-3'] });
    await work('POST', 'students/pupil-3/guardians', { guardianId: 'cook' });
    await work('DELETE', 'students/pupil-3/guardians/cook');
    expect((await enrollment).map(({ kind }) => kind)).to.deep.equal([
      'employee.position-changed',
      'class.opened',
      'class.renamed',
      'class.teacher-changed',
      'class.closed',
      'group.teacher-changed',
      'group.members-changed',
      'guardian.added',
      'guardian.removed',
    ]);
    const times = { startsAt: '2026-12-01T08:00:00+03:00', endsAt: '2026-12-01T08:45:00+03:00' };
    const lesson = await work('POST', 'lessons', {
      ...times,
      classOrGroupId: 'class-10b',
      subject: 'Химия',
      title: 'Опыт',
    });
    await work('POST', `lessons/${lesson.id}/move`, { ...times, startsAt: '2026-12-01T07:50:00+03:00' });
    const byClock = { date: '2026-12-02', startTime: '09:00', endTime: '09:45' };
    await work('POST', `lessons/${lesson.id}/reschedule`, byClock);
    const [moved] = await host.services.directory.lessonsById([lesson.id]);
    expect(moved?.startsAt.toISOString()).to.equal('2026-12-02T06:00:00.000Z');
    for (const wrong of [{ endTime: '08:00' }, { date: '2026-02-30' }, { startTime: '25:00' }]) {
      const path = `/host/work/lessons/${lesson.id}/reschedule`;
      expect((await director.send('POST', path, { ...byClock, ...wrong })).status).to.equal(400);
    }
    await work('POST', `lessons/${lesson.id}/substitute`, { teacherId: 'teacher' });
    await work('POST', `lessons/${lesson.id}/cancel`);
    await work('POST', `lessons/${lesson.id}/restore`);
    await work('DELETE', `lessons/${lesson.id}`);
    expect((await schedule).map(({ kind }) => kind)).to.deep.equal([
      'lesson.added',
      'lesson.moved',
      'lesson.moved',
      'lesson.substituted',
      'lesson.cancelled',
      'lesson.added',
      'lesson.removed',
    ]);
  });

  it('leads a browser from localhost to the one address, and gives other names nothing', async () => {
    const { hostname, port } = new URL(host.url);
    const ask = async (name: string): Promise<string> => {
      const socket = connect(Number(port), hostname);
      socket.end(`GET /x?y=z HTTP/1.1\r\nHost: ${name}:${port}\r\nConnection: close\r\n\r\n`);
      return text(socket);
    };
    expect(await ask('localhost'))
      .to.match(/^HTTP\/1.1 302/)
      .and.to.match(new RegExp(`location: ${host.url}/x\\?y=z`, 'i'));
    expect(await ask('evil.example')).to.match(/^HTTP\/1.1 400/);
  });

  it('keeps rights, settings, sessions, changed classes and the timetable over a restart', async () => {
    const admin = await host.signIn(PLATFORM);
    await admin.send('PUT', '/host/roles/teacher', { rights: ['probe.lesson.greet'] });
    await admin.send('PUT', '/host/organization-settings', { values: { 'probe.greeter': 'director' } });
    await admin.send('POST', '/host/students/pupil-1/transfer', { classId: 'class-10b' });
    await admin.send('DELETE', '/host/work/lessons/lesson-group');
    await host.halt();
    const again = await startProbeHost({ after: host });
    try {
      expect(again.fresh).to.equal(false);
      const cookie = { cookie: admin.cookie };
      const desktop = await fetch(`${again.url}/host/desktop`, { headers: cookie });
      expect(((await desktop.json()) as Desktop).person.name).to.equal('Администратор платформы');
      const { rights } = await again.services.roles.effective('teacher', 'school-1');
      expect([...rights]).to.deep.equal(['probe.lesson.greet']);
      expect((await again.services.directory.organizationsById(['school-1']))[0]?.settings).to.deep.equal({
        'probe.greeter': 'director',
      });
      expect(await again.services.directory.classIdsOfPerson('school-1', 'pupil-1')).to.deep.equal(['class-10b']);
      expect(await again.services.directory.lessonsById(['lesson-group'])).to.deep.equal([]);
    } finally {
      await again.stop();
    }
  });

  it('adds the lessons of a new day on a later start, and begins anew with another roster', async () => {
    await host.services.enrollment.transfer('school-1', 'pupil-1', 'class-10b');
    await host.services.timetable.remove('school-1', 'lesson-10b');
    await host.halt();
    const tomorrow = new Date(Date.now() + 24 * 3600_000);
    const later = await startProbeHost({ after: host, today: tomorrow });
    expect(await later.services.directory.lessonsById(['lesson-10b'])).to.have.length(1);
    expect(await later.services.directory.classIdsOfPerson('school-1', 'pupil-1')).to.deep.equal(['class-10b']);
    await later.stop();
    const other = await startProbeHost({ after: host, rosterName: 'another' });
    expect(other.fresh).to.equal(true);
    expect(await other.services.directory.classIdsOfPerson('school-1', 'pupil-1')).to.deep.equal(['class-5a']);
    await other.stop();
  });
});

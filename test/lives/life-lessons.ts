import type { ButtonEffect, LessonJournalButtonState } from '../../src/host/contribution-points.js';
import type { ConferenceCard, ConferenceEntry } from '../../src/protocol/conference-protocol.js';
import type { LifeWindows } from './life-windows.js';
import type { OutsideHost } from './host/outside-host.js';
import type { OutsideMessenger } from './messenger/outside-messenger.js';
import type { OutsideMessengerWorld } from './messenger/outside-messenger-world.js';
import { PluginRefusedError } from './host/outside-host-process.js';
import { must, type OutsideHostSchool, type SchoolLesson } from './host/outside-host-school.js';

/** What of a life lessons need. */
export interface LessonLife {
  readonly host: OutsideHost;
  readonly messenger: OutsideMessenger;
  readonly school: OutsideHostSchool;
  readonly windows: LifeWindows;
  readonly world: OutsideMessengerWorld;
  /** The plugin's database was restored from a backup. */
  readonly restored: boolean;
  readonly troubles: string[];
}

/** Online lessons of a life: who pressed what, and what must be true of the calls. */
export class LifeLessons {
  /** Lesson → how often somebody asked for its online lesson: so many calls may have been started at most. */
  private readonly asked = new Map<string, number>();
  /** Video calls that were made in the windows: id of the conference → school. */
  private readonly meetings = new Map<string, string>();
  /** Links that were shown while a lesson ran. */
  private readonly shown = new Map<string, Set<string>>();
  readonly ended = new Set<string>();

  constructor(private readonly life: LessonLife) {}

  get pressed(): readonly string[] {
    return [...this.asked.keys()].filter((id) => !this.meetings.has(id));
  }

  /** Two people may press at once; one lesson comes of it. */
  async create(lesson: SchoolLesson, people: readonly string[]): Promise<void> {
    this.asked.set(lesson.id, (this.asked.get(lesson.id) ?? 0) + 1);
    this.ended.delete(lesson.id);
    await Promise.all(people.map((personId) => this.press('sferum.lesson.create', lesson, personId)));
  }

  /** A video call that begins at once. A repeated save gives the same one. */
  async meet(organizationId: string, form: Readonly<Record<string, unknown>>, times: number): Promise<void> {
    const ids = new Set<string>();
    for (let time = 0; time < times; time++) {
      const { status, body } = await this.life.windows.asHead(organizationId, 'POST', '/api/conferences', form);
      if (status !== 201 && status !== 200) return;
      const { id } = (body as ConferenceCard).conference;
      ids.add(id);
      if (!this.meetings.has(id)) this.asked.set(id, 1);
      this.meetings.set(id, organizationId);
    }
    if (ids.size > 1) this.life.troubles.push(`a repeated save made ${ids.size} conferences`);
  }

  get openMeetings(): readonly (readonly [id: string, organizationId: string])[] {
    return [...this.meetings].filter(([id]) => !this.ended.has(id));
  }

  async endMeeting(id: string): Promise<void> {
    const organizationId = must(this.meetings.get(id), `meeting ${id}`);
    const { status } = await this.life.windows.asHead(organizationId, 'POST', `/api/conferences/${id}/end`, {});
    if (status === 200) this.ended.add(id);
  }

  async connect(lesson: SchoolLesson, personId: string): Promise<void> {
    await this.press('sferum.lesson.connect', lesson, personId);
  }

  async end(lesson: SchoolLesson, personId: string): Promise<void> {
    if (await this.press('sferum.lesson.end', lesson, personId)) this.ended.add(lesson.id);
  }

  async buttonState(buttonId: string, lesson: SchoolLesson, personId: string): Promise<LessonJournalButtonState> {
    const session = this.life.host.session(lesson.organizationId, personId);
    const question = { kind: 'button', buttonId, act: 'state', lessonId: lesson.id, session } as const;
    return (await this.life.host.ask(question)) as LessonJournalButtonState;
  }

  private async press(buttonId: string, lesson: SchoolLesson, personId: string): Promise<boolean> {
    const session = this.life.host.session(lesson.organizationId, personId);
    try {
      const question = { kind: 'button', buttonId, act: 'press', lessonId: lesson.id, session } as const;
      const effects = (await this.life.host.ask(question)) as readonly ButtonEffect[];
      for (const effect of effects) if (effect.kind === 'open-link') this.noteLink(lesson.id, effect.href);
      return true;
    } catch (error) {
      // A button that does not fit the lesson's state says so by an error with a code.
      if (!(error instanceof PluginRefusedError) || error.code === 'UNKNOWN') throw error;
      return false;
    }
  }

  private noteLink(lessonId: string, href: string): void {
    this.shown.set(lessonId, (this.shown.get(lessonId) ?? new Set()).add(href));
  }

  /** R-D4, R-E2: what must hold at any time. */
  async differences(final: boolean): Promise<readonly string[]> {
    const found: string[] = [];
    const most = [...this.asked.values()].reduce((sum, count) => sum + count, 0);
    const { calls } = this.life.world;
    // A restored database knows nothing of calls since its backup, and no messenger lists them.
    if (calls.length > most && !this.life.restored)
      found.push(`${calls.length} calls were started, asked for were ${most}`);
    for (const organizationId of this.life.school.organizations.keys()) {
      const all = await this.life.windows.conferences(organizationId);
      for (const lessonId of this.asked.keys()) {
        const own = all.filter((one) => (one.lessonId ?? one.id) === lessonId && one.status !== 'cancelled');
        if (own.length > 1) found.push(`lesson ${lessonId} has ${own.length} conferences`);
        for (const one of own) found.push(...this.differencesOf(lessonId, one, final));
      }
    }
    return found;
  }

  private differencesOf(lessonId: string, conference: ConferenceEntry, final: boolean): string[] {
    const { status, joinUrl } = conference;
    const found: string[] = [];
    if (joinUrl !== undefined) this.noteLink(lessonId, joinUrl);
    if (joinUrl !== undefined && status !== 'active') found.push(`lesson ${lessonId} is ${status} and shows a link`);
    const shared = [...this.shown].find(
      ([other, links]) => other !== lessonId && joinUrl !== undefined && links.has(joinUrl),
    );
    if (shared) found.push(`lessons ${lessonId} and ${shared[0]} have one link`);
    if (!final) return found;
    const lesson = this.life.school.lessons.get(lessonId);
    const over = this.ended.has(lessonId) || lesson?.cancelled === true;
    if (over && status !== 'finished') found.push(`${lessonId} was ended or cancelled, but is ${status}`);
    if (over) found.push(...this.openCalls(lessonId));
    return found;
  }

  private openCalls(lessonId: string): string[] {
    const links = this.shown.get(lessonId) ?? new Set<string>();
    const open = this.life.world.calls.filter(
      ({ joinLink, finishedAt }) => links.has(joinLink) && finishedAt === undefined,
    );
    // Whoever started a call and unlinked since then: nobody else can end it.
    const endable = open.filter(({ ownerId }) => this.life.messenger.identity.hasSession(ownerId));
    return endable.map(({ id }) => `lesson ${lessonId} is over, its call ${id} goes on`);
  }

  lesson(id: string): SchoolLesson {
    return must(this.life.school.lessons.get(id), `lesson ${id}`);
  }
}

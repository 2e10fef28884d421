import type { Progress } from '../protocol/protocol.js';
import { CHAT_FORMS, countText, MEMBER_FORMS, numberText } from './plural-text.js';
import { ageText, momentText, timeLeftText } from './time-text.js';

/** How the strip above the chats shows {@link Progress}. */
export interface ProgressText {
  readonly tone: 'calm' | 'running' | 'warning' | 'error';
  readonly headline: string;
  /** What to do, where a person is needed. */
  readonly advice?: string;
  readonly facts: readonly string[];
  /** Done part from 0 to 1; absent while nothing is on its way. */
  readonly share?: number;
}

/** Where the host keeps the choice of the chat administrator. */
const ADMINISTRATOR_PLACE =
  'Откройте «Пуск / Администрирование / Настройки организации», заполните поле «Администратор чатов «Сферум»» и нажмите «Сохранить». После этого чаты школы появятся сами.';

/** @param now the visitor's clock, to tell today from another day */
export function progressText(progress: Progress, timeZone: string, now: Date): ProgressText {
  switch (progress.lane) {
    case 'no-administrator':
      return {
        tone: 'warning',
        headline: 'Выберите администратора чатов',
        advice: ADMINISTRATOR_PLACE,
        facts: progress.chats.total > 0 ? standingFacts(progress) : [],
      };
    case 'stopped':
      return stoppedText(progress, timeZone, now);
    case 'running':
      return runningText(progress);
    case 'idle':
      return {
        tone: 'calm',
        headline: progress.chats.total === 0 ? 'Чатов пока нет' : 'Чаты обновлены',
        facts: [...standingFacts(progress), ageText(progress.asOf, timeZone, now)],
      };
  }
}

function stoppedText(progress: Progress, timeZone: string, now: Date): ProgressText {
  const resumesAt = progress.problem?.resumesAt;
  const resumes = resumesAt === undefined ? [] : [`продолжится в ${momentText(resumesAt, timeZone, now)}`];
  return {
    tone: 'error',
    headline: 'Обновление чатов остановлено',
    ...(progress.problem === undefined ? {} : { advice: progress.problem.text }),
    facts: [...resumes, doneFact(progress), ...waitingFacts(progress)],
    share: doneShare(progress),
  };
}

function runningText(progress: Progress): ProgressText {
  const share = doneShare(progress);
  const facts = [doneFact(progress), `чаты: ${numberText(progress.chats.done)} из ${numberText(progress.chats.total)}`];
  if (progress.ratePerSecond !== undefined) facts.push(rateFact(progress.ratePerSecond));
  if (progress.secondsLeft !== undefined) facts.push(`осталось ${timeLeftText(progress.secondsLeft)}`);
  return {
    tone: 'running',
    headline: `Чаты обновляются: ${Math.floor(share * 100)}\u00a0%`,
    facts: [...facts, ...waitingFacts(progress)],
    share,
  };
}

/** Those who wait for their own linking are nobody's work, so they do not hold the bar below its end. */
function doneShare({ memberships, chats }: Progress): number {
  const total = memberships.total - memberships.waitingForLink + chats.total;
  const done = memberships.done + chats.done;
  return total <= 0 ? 1 : Math.min(1, Math.max(0, done / total));
}

function doneFact({ memberships }: Progress): string {
  return `${numberText(memberships.done)} из ${countText(memberships.total, ['участника', 'участников', 'участников'])}`;
}

function rateFact(perSecond: number): string {
  const perMinute = perSecond < 1;
  const value = perMinute ? perSecond * 60 : perSecond;
  return `${countText(Math.max(1, Math.round(value)), MEMBER_FORMS)} в\u00a0${perMinute ? 'минуту' : 'секунду'}`;
}

function standingFacts(progress: Progress): string[] {
  const { chats, memberships } = progress;
  return [countText(chats.total, CHAT_FORMS), countText(memberships.total, MEMBER_FORMS), ...waitingFacts(progress)];
}

function waitingFacts({ memberships }: Progress): string[] {
  const facts: string[] = [];
  if (memberships.waitingForLink > 0) facts.push(`ждут привязки: ${numberText(memberships.waitingForLink)}`);
  if (memberships.failed > 0) facts.push(`с ошибкой: ${numberText(memberships.failed)}`);
  return facts;
}

/** Texts of the window «Состояние синхронизации»; without zod. */
import type { HeldChange, SynchronizationRun } from './synchronization-protocol.js';

export const SYNCHRONIZATION_WINDOW_TITLE = 'Состояние синхронизации';

export const SYNCHRONIZATION_WINDOW_TEXT = {
  checkTooSoon: 'Проверка всех чатов уже запущена недавно. Подождите несколько минут и повторите.',
  runMissing: 'Такой синхронизации в журнале нет: записи хранятся 30 дней.',
  runUndone: 'Эту синхронизацию уже отменили.',
  schoolsOnly: 'Состояние всех школ видит только суперадминистратор.',
} as const;

export const RUN_CAUSE_TITLE: Readonly<Record<SynchronizationRun['cause'], string>> = {
  pass: 'Полная сверка со школой',
  check: 'Синхронизация чата',
  comparison: 'Сверка со списками Сферума',
};

interface RunText {
  readonly removed: string;
  readonly undo: string;
  readonly question: string;
}

const RULES_RUN_TEXT: RunText = {
  removed: 'Удалены',
  undo: 'Удалённые вернутся и останутся в чатах, добавленные будут выведены, чаты из архива снова станут действующими. То, что после этого решили вручную, не изменится.',
  question:
    'Участники чатов в Сферуме изменятся сразу. Решения останутся и после следующей сверки; вернуть человека к правилу можно в окне чата.',
};

/** How a run's changes, and taking them back, are called. */
export const RUN_TEXT: Readonly<Record<SynchronizationRun['cause'], RunText>> = {
  pass: RULES_RUN_TEXT,
  check: RULES_RUN_TEXT,
  comparison: {
    removed: 'Вышли из чата в Сферуме',
    undo: 'Этих людей добавят в чаты ещё раз. Кто снова выйдет сам, останется вне чата. То, что после этого решили вручную, не изменится.',
    question: 'Вышедшие из чатов в Сферуме будут добавлены в них ещё раз. Кто снова выйдет сам, останется вне чата.',
  },
};

/** What a decision is about. @param people «6 участников» */
export const HELD_CHANGE_TEXT: Readonly<Record<HeldChange['kind'], (people: string) => string>> = {
  removal: (people) => `Больше половины чата: ушло бы ${people}.`,
  archive: (people) => `Класса или группы больше нет: чат (${people}) уйдёт в архив.`,
  reading: (people) => `Список из Сферума не принят: в нём нет больше половины чата (${people}).`,
  candidates: () => 'Не ясно, какой чат в Сферуме — этот. До решения он не обновляется.',
};

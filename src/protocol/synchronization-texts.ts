/** Texts of the window «Состояние синхронизации» that the server says too; without zod. */
export const SYNCHRONIZATION_WINDOW_TITLE = 'Состояние синхронизации';

export const SYNCHRONIZATION_WINDOW_TEXT = {
  checkTooSoon: 'Проверка всех чатов уже запущена недавно. Подождите несколько минут и повторите.',
  runMissing: 'Такой синхронизации в журнале нет: записи хранятся 30 дней.',
  runUndone: 'Эту синхронизацию уже отменили.',
  schoolsOnly: 'Состояние всех школ видит только суперадминистратор.',
} as const;

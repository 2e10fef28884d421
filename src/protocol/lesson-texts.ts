/** What «Журнал на урок» says while an online lesson neither runs nor is over, and when its call may go on. */
export const LESSON_NOTE_TEXT = {
  notBegun: 'Онлайн-урок ещё не начался.',
  notEnded: 'Онлайн-урок ещё не завершён.',
  missed: 'Онлайн-урок не состоялся.',
  slowStart: 'Онлайн-урок ещё не начался: Сферум отвечает дольше обычного. Ссылка появится здесь сама.',
  slowEnd: 'Онлайн-урок ещё не завершён: Сферум отвечает дольше обычного. Он завершится сам.',
  tryAgain: 'Чтобы попробовать ещё раз, нажмите «Создать онлайн-урок».',
  endInMessenger:
    'Не дожидаясь этого, звонок можно завершить в Сферуме: откройте звонок и нажмите «Завершить для всех».',
  linkComes: 'Ссылка появится здесь, как только он начнётся.',
  askTeacher: 'Спросите у учителя, как пройдёт урок.',
  askOrganization: 'Обратитесь к администратору организации.',
  again: 'Пока урок не кончился, его можно начать снова: будет новая ссылка.',
} as const;

/** @param when «в 14:20» */
export function nextAttemptText(when: string): string {
  return `Следующая попытка ${when}.`;
}

/** The next attempt comes too late for the lesson. @param when «в 14:20» */
export function lateAttemptText(when: string): string {
  return `До конца урока он не начнётся: следующая попытка только ${when}.`;
}

/** It is not known what became of the start. @param when «в 14:20» */
export function lookAgainText(when: string): string {
  return `Проверка продолжится ${when}.`;
}

/** Who can help while a school's deliveries stand still. @param name of the chat administrator */
export function askAdministratorText(name: string): string {
  return `Обратитесь к администратору чатов «Сферум»: ${name}.`;
}

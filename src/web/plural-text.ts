const plurals = new Intl.PluralRules('ru');
const numbers = new Intl.NumberFormat('ru');

/** Forms after 1, 2–4 and 5 or more: «чат», «чата», «чатов». */
export type PluralForms = readonly [one: string, few: string, many: string];

/** The word in the form that Russian wants after this whole number. */
export function pluralForm(count: number, forms: PluralForms): string {
  const rule = plurals.select(count);
  if (rule === 'one') return forms[0];
  return rule === 'few' ? forms[1] : forms[2];
}

/** Number with thousands apart, as Russian writes it. */
export function numberText(count: number): string {
  return numbers.format(count);
}

/** «1 чат», «2 885 участников»; the number and the word stay on one line. */
export function countText(count: number, forms: PluralForms): string {
  return `${numberText(count)}\u00a0${pluralForm(count, forms)}`;
}

export const CHAT_FORMS: PluralForms = ['чат', 'чата', 'чатов'];
export const MEMBER_FORMS: PluralForms = ['участник', 'участника', 'участников'];

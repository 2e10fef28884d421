import type { ConferenceCard, ConferenceWarning } from '../protocol/conference-protocol.js';
import { ApiError } from './api-error.js';
import type { ConferenceClient } from './conference-client.js';
import {
  conferenceCheck,
  conferenceEdit,
  newConference,
  type ConferenceErrors,
  type ConferenceField,
  type ConferenceForm,
} from './conference-form.js';
import { randomId } from './random-id.js';

/** What saving came to. */
export type ConferenceOutcome =
  | { readonly kind: 'saved'; readonly card: ConferenceCard }
  /** Allowed, but the person has not read it yet. */
  | { readonly kind: 'warned'; readonly warnings: readonly ConferenceWarning[] }
  /** Somebody saved, or the timetable changed, in between. */
  | { readonly kind: 'conflict'; readonly current: ConferenceCard }
  | { readonly kind: 'refused'; readonly errors: ConferenceErrors; readonly personIds: readonly string[] }
  | { readonly kind: 'failed'; readonly error: unknown };

type Server = Pick<ConferenceClient, 'check' | 'create' | 'change'>;

const FIELDS: readonly string[] = [
  'title',
  'kind',
  'chatId',
  'lessonId',
  'joinedLessonIds',
  'date',
  'startTime',
  'endTime',
  'participants',
] satisfies ConferenceField[];

/** Saves one form. A repeat, after a lost answer or a second click, gives the same conference. */
export class ConferenceSaver {
  private readonly requestId: string;

  constructor(
    private readonly server: Server,
    newId: () => string = randomId,
  ) {
    this.requestId = newId();
  }

  /** What saving would warn of, or why it would be refused. */
  async check(form: ConferenceForm): Promise<ConferenceOutcome> {
    try {
      const { warnings } = await this.server.check(conferenceCheck(form));
      return { kind: 'warned', warnings };
    } catch (error) {
      return outcomeOf(error);
    }
  }

  /** @param shown texts of the warnings that the person sees; saves when there are no others that matter */
  async begin(form: ConferenceForm, shown: ReadonlySet<string>): Promise<ConferenceOutcome> {
    const checked = await this.check(form);
    if (checked.kind !== 'warned') return checked;
    const unread = checked.warnings.some(({ kind, text }) => kind !== 'unlinked-participants' && !shown.has(text));
    return unread ? checked : this.save(form);
  }

  async save(form: ConferenceForm): Promise<ConferenceOutcome> {
    const { card, chat } = form;
    try {
      if (card !== undefined) {
        const saved = await this.server.change(card.conference.id, conferenceEdit(form, card));
        return { kind: 'saved', card: saved };
      }
      if (chat === undefined) return { kind: 'refused', errors: { chatId: 'Выберите чат.' }, personIds: [] };
      return { kind: 'saved', card: await this.server.create(newConference(form, chat.id, this.requestId)) };
    } catch (error) {
      return outcomeOf(error);
    }
  }
}

function outcomeOf(error: unknown): ConferenceOutcome {
  if (!(error instanceof ApiError)) return { kind: 'failed', error };
  const { current, field, personIds } = error.fields;
  if (error.code === 'SFERUM_CONFLICT' && isCard(current)) return { kind: 'conflict', current };
  if (typeof field !== 'string' || !FIELDS.includes(field)) return { kind: 'failed', error };
  const ids = Array.isArray(personIds) ? personIds.filter((id) => typeof id === 'string') : [];
  return { kind: 'refused', errors: { [field]: error.message }, personIds: ids };
}

function isCard(value: unknown): value is ConferenceCard {
  return typeof value === 'object' && value !== null && 'conference' in value && 'revision' in value;
}

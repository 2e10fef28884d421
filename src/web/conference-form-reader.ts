import type { ConferenceCard, ConferenceDefaults } from '../protocol/conference-protocol.js';
import { ApiError } from './api-error.js';
import type { ConferenceClient } from './conference-client.js';
import { conferenceFormOf, newConferenceForm, type ConferenceForm } from './conference-form.js';

type Server = Pick<ConferenceClient, 'card' | 'defaults'>;

/** @param conferenceId absent: a new one. @throws ApiError */
export async function readConferenceForm(server: Server, conferenceId?: string): Promise<ConferenceForm> {
  if (conferenceId === undefined) return newConferenceForm(await server.defaults({ kind: 'lesson' }));
  const card = await server.card(conferenceId);
  return conferenceFormOf(card, await defaultsOfCard(server, card));
}

/** A lesson or chat that is gone by now has no defaults; the conference can still be changed. @throws ApiError */
export async function defaultsOfCard(server: Server, { conference }: ConferenceCard): Promise<ConferenceDefaults> {
  const { id: conferenceId, kind, chatId, lessonId, joinedLessons } = conference;
  const joinedLessonIds = joinedLessons.map(({ id }) => id);
  try {
    return await server.defaults({
      ...{ kind, joinedLessonIds, conferenceId },
      ...(chatId && { chatId }),
      ...(lessonId && { lessonId }),
    });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 404) throw error;
    return server.defaults({ kind });
  }
}

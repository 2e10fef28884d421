import type {
  ChatCard,
  ChatCheck,
  ChatCheckRequest,
  ChatEdit,
  ChatEntryPage,
  ChatRegistryQuery,
  ChatSources,
  ChatSynchronization,
  GroupMembers,
  NewChat,
  PeoplePage,
  PeopleQuery,
  RemovalDecision,
  SchoolClasses,
  StudyGroupQuery,
  StudyGroups,
} from '../protocol/chat-protocol.js';
import { queryText, type ApiClient } from './api-client.js';

/** Typed access to the routes of the tab «Чаты». Every method throws `ApiError`. */
export class ChatClient {
  constructor(private readonly api: ApiClient) {}

  chats(query: ChatRegistryQuery): Promise<ChatEntryPage> {
    return this.api.request('GET', `/api/chats${queryText(query)}`);
  }

  sources(): Promise<ChatSources> {
    return this.api.request('GET', '/api/chat-sources');
  }

  card(chatId: string): Promise<ChatCard> {
    return this.api.request('GET', chatPath(chatId));
  }

  create(chat: NewChat): Promise<ChatCard> {
    return this.api.request('POST', '/api/chats', chat);
  }

  change(chatId: string, edit: ChatEdit): Promise<ChatCard> {
    return this.api.request('PUT', chatPath(chatId), edit);
  }

  check(request: ChatCheckRequest): Promise<ChatCheck> {
    return this.api.request('POST', '/api/chats/check', request);
  }

  delete(chatId: string): Promise<ChatCard> {
    return this.api.request('DELETE', chatPath(chatId));
  }

  restore(chatId: string): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/restore`);
  }

  /** @param personId absent: everything that failed in the chat */
  retry(chatId: string, personId?: string): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/retry`, personId === undefined ? {} : { personId });
  }

  returnMemberToRule(chatId: string, personId: string): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/members/${encodeURIComponent(personId)}/rule`);
  }

  decideRemovals(chatId: string, decision: RemovalDecision): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/removals`, decision);
  }

  decideReading(chatId: string, decision: 'confirm' | 'refuse'): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/reading`, { decision });
  }

  /** @param id of the candidate that is the chat; null: none */
  decideCandidate(chatId: string, id: string | null): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/candidates`, { id });
  }

  /** Gives up a chat that nobody reaches, and has a new one made. */
  replace(chatId: string): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/replacement`);
  }

  /** What synchronising the chat now would do. */
  synchronization(chatId: string): Promise<ChatSynchronization> {
    return this.api.request('GET', `${chatPath(chatId)}/synchronization`);
  }

  synchronize(chatId: string): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/synchronization`);
  }

  /** @param continues null: as the school decided for all */
  setNextYear(chatId: string, continues: boolean | null): Promise<ChatCard> {
    return this.api.request('PUT', `${chatPath(chatId)}/next-year`, { continues });
  }

  /** The archived chat goes on. */
  goOn(chatId: string): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/continue`);
  }

  decideClosing(chatId: string, decision: 'confirm' | 'refuse'): Promise<ChatCard> {
    return this.api.request('POST', `${chatPath(chatId)}/closing`, { decision });
  }

  people(query: PeopleQuery): Promise<PeoplePage> {
    return this.api.request('GET', `/api/people${queryText(query)}`);
  }

  schoolClasses(): Promise<SchoolClasses> {
    return this.api.request('GET', '/api/school-classes');
  }

  studyGroups(query: StudyGroupQuery): Promise<StudyGroups> {
    return this.api.request('GET', `/api/study-groups${queryText(query)}`);
  }

  /** @param groupId absent: whom a chat without a group gets by itself */
  firstMembers(groupId?: string): Promise<GroupMembers> {
    const path =
      groupId === undefined ? '/api/chat-administrator' : `/api/study-groups/${encodeURIComponent(groupId)}/members`;
    return this.api.request('GET', path);
  }
}

function chatPath(chatId: string): string {
  return `/api/chats/${encodeURIComponent(chatId)}`;
}

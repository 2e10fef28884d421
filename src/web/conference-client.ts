import type { PeoplePage, PeopleQuery, SchoolClasses } from '../protocol/chat-protocol.js';
import type {
  CalendarCreated,
  CalendarState,
  ConferenceCard,
  ConferenceChatQuery,
  ConferenceChats,
  ConferenceCheck,
  ConferenceCheckRequest,
  ConferenceDefaults,
  ConferenceDefaultsQuery,
  ConferenceEdit,
  ConferenceEntryPage,
  ConferenceLessonQuery,
  ConferenceLessons,
  ConferenceRegistryQuery,
  LessonsToday,
  LessonsTodayQuery,
  NewConference,
} from '../protocol/conference-protocol.js';
import { queryText, type ApiClient } from './api-client.js';
import { ChatClient } from './chat-client.js';

/** Typed access to the routes of the tab «Видеоконференции». Every method throws `ApiError`. */
export class ConferenceClient {
  constructor(private readonly api: ApiClient) {}

  conferences(query: ConferenceRegistryQuery): Promise<ConferenceEntryPage> {
    return this.api.request('GET', `/api/conferences${queryText(query)}`);
  }

  calendar(): Promise<CalendarState> {
    return this.api.request('GET', '/api/calendar');
  }

  /** A new address; an older one opens nothing any more. */
  createCalendar(): Promise<CalendarCreated> {
    return this.api.request('POST', '/api/calendar');
  }

  revokeCalendar(): Promise<CalendarState> {
    return this.api.request('DELETE', '/api/calendar');
  }

  card(conferenceId: string): Promise<ConferenceCard> {
    return this.api.request('GET', conferencePath(conferenceId));
  }

  create(conference: NewConference): Promise<ConferenceCard> {
    return this.api.request('POST', '/api/conferences', conference);
  }

  change(conferenceId: string, edit: ConferenceEdit): Promise<ConferenceCard> {
    return this.api.request('PUT', conferencePath(conferenceId), edit);
  }

  check(request: ConferenceCheckRequest): Promise<ConferenceCheck> {
    return this.api.request('POST', '/api/conferences/check', request);
  }

  start(conferenceId: string): Promise<ConferenceCard> {
    return this.api.request('POST', `${conferencePath(conferenceId)}/start`);
  }

  end(conferenceId: string): Promise<ConferenceCard> {
    return this.api.request('POST', `${conferencePath(conferenceId)}/end`);
  }

  delete(conferenceId: string): Promise<{ deleted: true }> {
    return this.api.request('DELETE', conferencePath(conferenceId));
  }

  chats(query: ConferenceChatQuery): Promise<ConferenceChats> {
    return this.api.request('GET', `/api/conference-chats${queryText(query)}`);
  }

  lessons(query: ConferenceLessonQuery): Promise<ConferenceLessons> {
    return this.api.request('GET', `/api/conference-lessons${queryText(query)}`);
  }

  lessonsToday(query: LessonsTodayQuery): Promise<LessonsToday> {
    return this.api.request('GET', `/api/lessons/today${queryText(query)}`);
  }

  defaults(query: ConferenceDefaultsQuery): Promise<ConferenceDefaults> {
    return this.api.request('GET', `/api/conferences/defaults${queryText(query)}`);
  }
}

/** People of the school for whoever may make conferences, who need no right for chats. */
export class ConferencePeopleClient extends ChatClient {
  constructor(private readonly server: ApiClient) {
    super(server);
  }

  override people(query: PeopleQuery): Promise<PeoplePage> {
    return this.server.request('GET', `/api/conference-people${queryText(query)}`);
  }

  override schoolClasses(): Promise<SchoolClasses> {
    return this.server.request('GET', '/api/conference-classes');
  }
}

function conferencePath(conferenceId: string): string {
  return `/api/conferences/${encodeURIComponent(conferenceId)}`;
}

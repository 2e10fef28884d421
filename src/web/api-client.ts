import type {
  ConferenceList,
  ConferenceListQuery,
  ConferenceRow,
  ErrorBody,
  LinkStarted,
  LinkView,
  Progress,
  SessionView,
} from '../protocol/protocol.js';
import { ApiError } from './api-error.js';

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Typed access to the plugin's handler. Every method throws {@link ApiError}. */
export class ApiClient {
  /**
   * @param baseUrl address of the plugin's handler without a trailing slash
   * @param send the browser's fetch
   */
  constructor(
    private readonly baseUrl: string,
    private readonly send: typeof fetch = (input, init) => fetch(input, init),
  ) {}

  session(): Promise<SessionView> {
    return this.request('GET', '/api/session');
  }

  startLink(): Promise<LinkStarted> {
    return this.request('POST', '/api/link/start');
  }

  changeLink(action: 'confirm' | 'cancel' | 'unlink'): Promise<LinkView> {
    return this.request('POST', `/api/link/${action}`);
  }

  progress(): Promise<Progress> {
    return this.request('GET', '/api/progress');
  }

  conferences(query: ConferenceListQuery): Promise<ConferenceList> {
    return this.request('GET', `/api/conferences${queryText(query)}`);
  }

  endConference(id: string): Promise<ConferenceRow> {
    return this.request('POST', `/api/conferences/${encodeURIComponent(id)}/end`);
  }

  /**
   * One request; parts of the screen with routes of their own build on it.
   * @param content sent as JSON; nothing with GET
   */
  async request<T>(method: Method, path: string, content: object = {}): Promise<T> {
    const response = await this.answer(method, path, content);
    const body = await readJson(response);
    if (!response.ok) throw failure(response.status, body);
    if (body === undefined)
      throw new ApiError('UNREADABLE', 'Сервер ответил непонятно. Повторите позже.', response.status);
    return body as T;
  }

  private async answer(method: Method, path: string, content: object): Promise<Response> {
    const sends = method !== 'GET';
    const headers = {
      accept: 'application/json',
      ...(sends ? { 'content-type': 'application/json' } : {}),
    };
    const init: RequestInit = {
      method,
      headers,
      credentials: 'same-origin',
      ...(sends ? { body: JSON.stringify(content) } : {}),
    };
    try {
      return await this.send(`${this.baseUrl}${path}`, init);
    } catch (cause) {
      throw new ApiError('NETWORK', 'Нет связи с сервером. Проверьте подключение и повторите.', 0, { cause });
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // A proxy's page instead of JSON: the status alone decides what is said.
    return undefined;
  }
}

function isErrorBody(body: unknown): body is ErrorBody {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const error = body.error;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

function failure(status: number, body: unknown): ApiError {
  if (isErrorBody(body)) {
    const { code, message, fields } = body.error;
    return new ApiError(code, message, status, undefined, fields);
  }
  if (status === 401) return new ApiError('SIGNED_OUT', 'Сеанс закончился. Войдите в систему ещё раз.', status);
  if (status === 403) return new ApiError('FORBIDDEN', 'Недостаточно прав для этого действия.', status);
  return new ApiError('UNREADABLE', `Сервер не смог ответить (${status}). Повторите через минуту.`, status);
}

/** `?a=1&b=…` of what is set; nothing of what is empty. */
export function queryText(query: object): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as [string, unknown][]) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (typeof one === 'number' || (typeof one === 'string' && one !== '')) params.append(name, `${one}`);
    }
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

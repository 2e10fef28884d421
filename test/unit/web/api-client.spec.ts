import { expect } from 'chai';
import { ApiClient } from '../../../src/web/api-client.js';
import { ChatClient } from '../../../src/web/chat-client.js';
import { ApiError, errorText, isRefusal } from '../../../src/web/api-error.js';

/** Answers every request the same way and remembers what was asked. */
class Server {
  readonly asked: { url: string | URL | Request; init: RequestInit | undefined }[] = [];
  constructor(private readonly answer: () => Response) {}

  readonly send = async (url: string | URL | Request, init?: RequestInit): Promise<Response> => {
    this.asked.push({ url, init });
    return this.answer();
  };
}

async function failureOf(promise: Promise<unknown>): Promise<ApiError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('expected a failure');
}

describe('ApiClient', () => {
  it('leaves empty parts out of the query', async () => {
    const server = new Server(() => Response.json({ total: 0, items: [] }));
    await new ChatClient(new ApiClient('/plugin', server.send)).chats({
      offset: 100,
      limit: 100,
      query: '',
      kind: undefined,
      sort: 'title',
    });
    expect(server.asked[0]?.url).to.equal('/plugin/api/chats?offset=100&limit=100&sort=title');
  });

  it('posts an action as JSON from the same origin', async () => {
    const server = new Server(() => Response.json({ state: 'none' }));
    await new ApiClient('/plugin', server.send).changeLink('unlink');
    expect(server.asked[0]?.url).to.equal('/plugin/api/link/unlink');
    expect(server.asked[0]?.init).to.include({ method: 'POST', credentials: 'same-origin', body: '{}' });
  });

  it('hands on the code and the message of the server', async () => {
    const body = { error: { code: 'SFERUM_RIGHT_MISSING', message: 'Нет права «Просмотр чатов».' } };
    const server = new Server(() => Response.json(body, { status: 403 }));
    const error = await failureOf(new ApiClient('', server.send).progress());
    expect(error).to.include({ code: 'SFERUM_RIGHT_MISSING', status: 403 });
    expect(errorText(error)).to.equal('Нет права «Просмотр чатов».');
    expect(isRefusal(error)).to.equal(true);
  });

  it('says that the session ended where a 401 has no body', async () => {
    const error = await failureOf(
      new ApiClient('', new Server(() => new Response('', { status: 401 })).send).session(),
    );
    expect(error.code).to.equal('SIGNED_OUT');
    expect(error.message).to.contain('Сеанс закончился');
  });

  it('does not show a proxy’s page', async () => {
    const server = new Server(() => new Response('<h1>502</h1>', { status: 502 }));
    const error = await failureOf(new ApiClient('', server.send).session());
    expect(error).to.include({ code: 'UNREADABLE', status: 502 });
    expect(isRefusal(error)).to.equal(false);
  });

  it('tells a lost connection from an answer', async () => {
    const send = async (): Promise<Response> => {
      throw new TypeError('fetch failed');
    };
    const error = await failureOf(new ChatClient(new ApiClient('', send)).card('c/1'));
    expect(error).to.include({ code: 'NETWORK', status: 0 });
    expect(error.cause).to.be.instanceOf(TypeError);
  });
});

import { expect } from 'chai';

import type { ChatCard, ChatCheck, NewChat } from '../../../src/protocol/chat-protocol.js';
import { ApiError } from '../../../src/web/api-error.js';
import { newForm, type ChatForm } from '../../../src/web/chat-form.js';
import { ChatSaver } from '../../../src/web/chat-saver.js';

const form: ChatForm = { ...newForm({ members: [], titleLength: 100 }), title: 'Кружок', kind: 'other' };
const unlinked: ChatCheck['unlinked'] = [{ personId: 'p', name: 'Иванов', kind: 'student' }];

interface Server {
  readonly created: NewChat[];
  readonly saver: ChatSaver;
}

function server(check: ChatCheck, answer: (chat: NewChat) => Promise<ChatCard>): Server {
  const created: NewChat[] = [];
  let ids = 0;
  const saver = new ChatSaver(
    {
      check: () => Promise.resolve(check),
      create: (chat) => {
        created.push(chat);
        return answer(chat);
      },
      change: () => Promise.reject(new Error('nothing is changed here')),
    },
    () => `id-${(ids += 1)}`,
  );
  return { created, saver };
}

const refuse = (error: Error) => (): Promise<ChatCard> => Promise.reject(error);

describe('ChatSaver', () => {
  it('saves nothing before the warning is accepted', async () => {
    const { saver, created } = server({ unlinked }, refuse(new Error('too early')));
    expect(await saver.begin(form)).to.deep.equal({ kind: 'warning', unlinked });
    expect(created).to.deep.equal([]);
  });

  it('repeats the same content as the same request, and other content as another', async () => {
    const lost = new ApiError('NETWORK', 'Нет связи', 0);
    const { saver, created } = server({ unlinked: [] }, refuse(lost));
    expect((await saver.begin(form)).kind).to.equal('failed');
    await saver.begin(form);
    await saver.begin({ ...form, title: 'Другой кружок' });
    expect(created.map(({ requestId }) => requestId)).to.deep.equal(['id-1', 'id-1', 'id-2']);
  });

  it('puts what the server refuses at its field', async () => {
    const taken = new ApiError('SFERUM_REQUEST_INVALID', 'Такой чат уже есть.', 400, undefined, { field: 'title' });
    const { saver } = server({ unlinked: [] }, refuse(taken));
    expect(await saver.save(form)).to.deep.equal({
      kind: 'refused',
      errors: { title: 'Такой чат уже есть.' },
      personIds: [],
    });
  });

  it('hands over the version that somebody else saved', async () => {
    const current = { chat: {}, members: [], revision: 2 };
    const conflict = new ApiError('SFERUM_CONFLICT', 'Чат изменился.', 409, undefined, { current });
    const { saver } = server({ unlinked: [] }, refuse(conflict));
    expect(await saver.save(form)).to.deep.equal({ kind: 'conflict', current });
  });
});

import type { ComboBoxDataProvider } from '@vaadin/combo-box';
import type { ConferenceChatChoice } from '../protocol/conference-protocol.js';
import type { ConferenceClient } from './conference-client.js';

/**
 * Chats of the registry for the field «Чат», page by page.
 * @param found gets how many chats fit what was typed
 */
export function conferenceChatChoices(
  server: () => Pick<ConferenceClient, 'chats'>,
  found: (total: number) => void,
  failed: (error: unknown) => void,
): ComboBoxDataProvider<ConferenceChatChoice> {
  return ({ filter, page, pageSize }, callback) => {
    const reading = server().chats({ query: filter, offset: page * pageSize, limit: pageSize });
    reading.then(
      ({ items, total }) => {
        found(total);
        callback(items, total);
      },
      (error: unknown) => {
        callback([], 0);
        failed(error);
      },
    );
  };
}

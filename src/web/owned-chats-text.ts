import type { UnlinkConsequences } from '../protocol/account-protocol.js';
import { CHAT_FORMS, countText } from './plural-text.js';

/** «Школа № 1 — 81 чат» for each school whose chats hang on an account. */
export function ownedChatsTexts(owns: UnlinkConsequences['owns']): readonly string[] {
  return owns.map(({ school, chats }) => `${school} — ${countText(chats, CHAT_FORMS)}`);
}

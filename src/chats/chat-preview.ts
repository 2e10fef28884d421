import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { AccountLinkStore } from '../account/account-link-store.js';
import { previewChat, type PreviewedChat } from './chat-preview-rules.js';
import { ChatRegistryStore, type RegistryChat } from './chat-registry-store.js';
import type { RuleWrite } from './chat-rule-store.js';
import type { DesiredMember } from './chat-rules.js';
import { scopeOfChat } from './roster-scope.js';
import { RosterSynchronizer } from './roster-synchronizer.js';

/** What synchronising one chat would do. */
export interface ChatPreview {
  /** Reads the directory as it is now; writes nothing. */
  of(organizationId: string, chat: RegistryChat): Promise<PreviewedChat & { readonly archives: boolean }>;
}
export const ChatPreview = Symbol('ChatPreview') as ServiceIdentifier<ChatPreview>;

export class RuleChatPreview implements ChatPreview {
  constructor(
    @inject(RosterSynchronizer) private readonly synchronizer: RosterSynchronizer,
    @inject(ChatRegistryStore) private readonly registry: ChatRegistryStore,
    @inject(AccountLinkStore) private readonly links: AccountLinkStore,
  ) {}

  async of(organizationId: string, chat: RegistryChat): Promise<PreviewedChat & { readonly archives: boolean }> {
    const [write, members] = await Promise.all([
      this.synchronizer.preview(organizationId, scopeOfChat(chat)),
      this.registry.members(organizationId, chat.chatId),
    ]);
    const archives = write?.turn.archived.some(({ chatId }) => chatId === chat.chatId) ?? false;
    const desired = archives ? undefined : desiredOf(write, chat);
    const links = await this.links.findAll((desired ?? []).map(({ personId }) => personId));
    const linked = new Set(links.map(({ personId }) => personId));
    return { ...previewChat(members, desired, linked), archives };
  }
}

function desiredOf(write: RuleWrite | undefined, chat: RegistryChat): readonly DesiredMember[] | undefined {
  const byRule = write?.chats.find(({ kind, sourceId }) => kind === chat.kind && sourceId === chat.sourceId);
  return byRule?.members ?? write?.handMade.find(({ chatId }) => chatId === chat.chatId)?.members;
}

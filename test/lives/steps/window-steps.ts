import { randomUUID } from 'node:crypto';

import type { ChatCard, MemberEdit } from '../../../src/protocol/chat-protocol.js';
import { currentClassKey } from './class-steps.js';
import type { Life } from '../life.js';
import type { HandDecision } from '../life-facts.js';
import { anyOrganization, maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';
import { handKey } from '../lives-oracle.js';

/** A chat that can be named without doubt: by its key for the oracle, and by the plugin's id. */
interface KnownChat {
  readonly key: string;
  readonly organizationId: string;
  readonly chatId: string;
}

async function knownChat(life: Life): Promise<KnownChat | undefined> {
  const organizationId = anyOrganization(life);
  const byHand = life.facts.handChats.filter((chat) => chat.organizationId === organizationId);
  const kind = life.choices.oneOf(['class', 'guardians', 'teachers', 'hand'] as const);
  if (kind === 'hand') {
    const chat = maybeOneOf(life, byHand);
    return chat && { key: handKey(chat.id), organizationId, chatId: chat.id };
  }
  if (kind === 'teachers') {
    const chat = await life.windows.chatOf(organizationId, kind);
    return chat && { key: `teachers:${organizationId}`, organizationId, chatId: chat.id };
  }
  const classes = life.school.classesOf(organizationId);
  const named = classes.filter(({ name }) => life.namesEver.get(`${organizationId}/${name}`)?.size === 1);
  const one = maybeOneOf(life, named);
  const chat = one && (await life.windows.chatOf(organizationId, kind, one.name));
  return chat && one && !life.turned.has(organizationId)
    ? { key: currentClassKey(life, kind, one.id), organizationId, chatId: chat.id }
    : undefined;
}

const addByHand: StepKind = async (life) => {
  const chat = await knownChat(life);
  const personId = chat && maybeOneOf(life, employedPeople(life, chat.organizationId));
  if (!chat || personId === undefined) return undefined;
  const role = life.choices.chance(0.3) ? 'admin' : 'member';
  return {
    text: `${personId} is added to ${chat.key} by hand as ${role}`,
    take: () =>
      edit(life, chat, { action: 'add', personId, kind: 'employee', role }, personId, { action: 'add', role }),
  };
};

const removeByHand: StepKind = async (life) => {
  const chat = await knownChat(life);
  const card = chat && (await life.windows.card(chat.organizationId, chat.chatId));
  const removable =
    card?.members.filter(({ locked, origin }) => !locked && origin !== 'removed' && origin !== 'left') ?? [];
  const member = maybeOneOf(life, removable);
  if (!chat || !member) return undefined;
  const { personId } = member;
  return {
    text: `${personId} is taken out of ${chat.key} by hand`,
    take: () => edit(life, chat, { action: 'remove', personId }, personId, { action: 'remove' }),
  };
};

const backToRule: StepKind = async (life) => {
  const chat = await knownChat(life);
  const personId = chat && maybeOneOf(life, [...(life.facts.hands.get(chat.key)?.keys() ?? [])]);
  if (!chat || personId === undefined) return undefined;
  return {
    text: `what was decided about ${personId} in ${chat.key} is forgotten`,
    take: () => edit(life, chat, { action: 'rule', personId }, personId, undefined),
  };
};

async function edit(
  life: Life,
  chat: KnownChat,
  change: MemberEdit,
  personId: string,
  decision: HandDecision | undefined,
): Promise<void> {
  const card = await life.windows.card(chat.organizationId, chat.chatId);
  if (!card) return;
  const body = { requestId: randomUUID(), revision: card.revision, members: [change] };
  const { status } = await life.windows.asHead(chat.organizationId, 'PUT', `/api/chats/${chat.chatId}`, body);
  if (status !== 200) return;
  const decisions = life.facts.hands.get(chat.key) ?? new Map<string, HandDecision>();
  life.facts.hands.set(chat.key, decisions);
  // Whom only a hand added is simply not there any more: nothing about them is remembered.
  const forgotten =
    decision?.action === 'remove' && card.members.some((one) => one.personId === personId && !one.ruled);
  if (decision && !forgotten) decisions.set(personId, decision);
  else decisions.delete(personId);
  life.remember();
}

const makeChat: StepKind = (life) => {
  const organizationId = anyOrganization(life);
  const group = life.choices.chance(0.5) ? maybeOneOf(life, life.school.groupsOf(organizationId)) : undefined;
  const kind = group ? 'subject' : 'other';
  const title = `${group ? 'Предмет' : 'Кружок'} ${life.said.length}`;
  const people = life.choices.shuffled(employedPeople(life, organizationId)).slice(0, life.choices.between(0, 2));
  return {
    text: `a chat «${title}» (${kind}) is made in ${organizationId} with ${people.join(', ') || 'nobody'} beside its group ${group?.id ?? ''}`,
    async take() {
      const members = people.map(
        (personId) => ({ action: 'add', personId, kind: 'employee', role: 'member' }) as const,
      );
      const body = { requestId: randomUUID(), kind, title, members, ...(group ? { groupId: group.id } : {}) };
      const times = life.choices.chance(0.2) ? 2 : 1;
      for (let time = 0; time < times; time++) {
        const answer = await life.windows.asHead(organizationId, 'POST', '/api/chats', body);
        if (answer.status !== 201 && answer.status !== 200) return;
        const { id } = (answer.body as ChatCard).chat;
        if (time === 0) {
          life.facts.handChats.push({ id, organizationId, kind, title, ...(group ? { groupId: group.id } : {}) });
          life.facts.hands.set(
            handKey(id),
            new Map(people.map((personId) => [personId, { action: 'add', role: 'member' }])),
          );
        } else if (!life.facts.handChats.some((chat) => chat.id === id))
          life.troubles.push(`a repeated save of «${title}» made a second chat`);
      }
      life.remember();
    },
  };
};

const deleteChat: StepKind = (life) => {
  const chat = maybeOneOf(life, life.facts.handChats);
  // A chat that was emptied cannot be told from one that people left: no deletion falls between backup and restore.
  if (!chat || (life.backup && !life.restored)) return undefined;
  const restores = life.choices.chance(0.4);
  return {
    text: `the chat «${chat.title}» of ${chat.organizationId} is deleted${restores ? ' and brought back' : ''}`,
    async take() {
      const { status } = await life.windows.asHead(chat.organizationId, 'DELETE', `/api/chats/${chat.id}`);
      if (status !== 200) return;
      const restored =
        restores &&
        (await life.windows.asHead(chat.organizationId, 'POST', `/api/chats/${chat.id}/restore`)).status === 200;
      if (!restored) life.facts.handChats.splice(life.facts.handChats.indexOf(chat), 1);
      life.remember();
    },
  };
};

function employedPeople(life: Life, organizationId: string): string[] {
  return life.school.employeesOf(organizationId).map(({ personId }) => personId);
}

export const WINDOW_STEPS: Readonly<Record<string, WeightedStep>> = {
  addByHand: { weight: 3, draw: addByHand },
  removeByHand: { weight: 4, draw: removeByHand },
  backToRule: { weight: 2, draw: backToRule },
  makeChat: { weight: 3, draw: makeChat },
  deleteChat: { weight: 1, draw: deleteChat },
};

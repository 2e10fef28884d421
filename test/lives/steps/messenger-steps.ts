import { CLIENT_LIMIT_MS } from '../life.js';
import type { Life } from '../life.js';
import { maybeOneOf, type StepKind, type WeightedStep } from './life-step.js';
import { drawBurst } from '../messenger/outside-messenger-faults.js';
import { must } from '../host/outside-host-school.js';
import type { OutsideChat } from '../messenger/outside-messenger-world.js';

const faults: StepKind = (life) => {
  const burst = drawBurst(life.choices, CLIENT_LIMIT_MS);
  const probability = life.choices.oneOf([0.3, 0.6, 1]);
  const strikes = life.choices.between(1, 6);
  return {
    text: `up to ${strikes} faults begin, each with probability ${probability}: ${JSON.stringify(burst)}`,
    async take() {
      life.messenger.faults.begin(burst, probability, strikes);
    },
  };
};

const refusePerson: StepKind = (life) => {
  const account = maybeOneOf(
    life,
    [...life.facts.links.values()].filter((id) => !runsChats(life, id)),
  );
  if (account === undefined) return undefined;
  const code = life.choices.oneOf([15, 981, 982, 939, 936, 18]);
  return {
    text: `the account ${account} cannot be added to chats: ${code}`,
    async take() {
      must(life.world.accounts.get(account), `account ${account}`).refusal = code;
    },
  };
};

const strangerJoins: StepKind = (life) => {
  const chat = maybeOneOf(life, life.ownChats());
  if (!chat) return undefined;
  return {
    text: `a stranger joins ${chat.key} «${chat.title}» by the link`,
    async take() {
      const id = life.newStranger();
      life.world.enter(chat, must(life.world.accounts.get(id), `account ${id}`), id);
      note(life.strangers, chat, id);
    },
  };
};

const memberLeaves: StepKind = (life) => {
  const chat = maybeOneOf(life, life.ownChats());
  const strangers = chat && life.strangers.get(chat);
  const id =
    chat &&
    maybeOneOf(
      life,
      [...chat.members.keys()].filter((one) => !strangers?.has(one) && !runsChats(life, one) && one !== chat.ownerId),
    );
  if (!chat || id === undefined) return undefined;
  const returns = life.choices.chance(0.4);
  return {
    text: `${id} leaves ${chat.key} «${chat.title}» by themself${returns ? ' and comes back by the link' : ''}`,
    async take() {
      life.world.leave(chat, id, false);
      note(life.leavers, chat, id);
      if (!returns) return;
      await life.pause(50, 500);
      if (!chat.members.has(id) && !chat.kicked.has(id))
        life.world.enter(chat, must(life.world.accounts.get(id), `account ${id}`), id);
    },
  };
};

const foreignChat: StepKind = (life) => {
  const like = maybeOneOf(life, life.ownChats());
  const owner = maybeOneOf(life, [...life.facts.links.values()]);
  if (!like || owner === undefined) return undefined;
  const ownerId = life.choices.chance(0.6) ? like.ownerId : owner;
  return {
    text: `${ownerId} makes a chat of their own, titled like ${like.key} «${like.title}»`,
    async take() {
      const some = life.choices.shuffled([...life.facts.links.values()]).slice(0, life.choices.between(0, 3));
      life.makeForeignChat(ownerId, like.title, [life.newStranger(), ...some]);
    },
  };
};

function runsChats(life: Life, account: number): boolean {
  const administrators = [...life.school.organizations.values()].map(({ administratorId }) => administratorId);
  return [...administrators, ...life.formerAdministrators].some(
    (id) => id !== null && life.facts.links.get(id) === account,
  );
}

function note(sets: Map<OutsideChat, Set<number>>, chat: OutsideChat, id: number): void {
  sets.set(chat, (sets.get(chat) ?? new Set()).add(id));
}

export const MESSENGER_STEPS: Readonly<Record<string, WeightedStep>> = {
  faults: { weight: 14, draw: faults },
  refusePerson: { weight: 2, draw: refusePerson },
  strangerJoins: { weight: 1.5, draw: strangerJoins },
  memberLeaves: { weight: 1.5, draw: memberLeaves },
  foreignChat: { weight: 1.5, draw: foreignChat },
};

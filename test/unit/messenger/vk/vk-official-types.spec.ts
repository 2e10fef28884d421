import type { MessagesConversationMember } from '@vkontakte/api-schema-typescript/dist/objects/messages/MessagesConversationMember.js';
import { expect } from 'chai';
import { z } from 'zod';

import { heldTo } from '../../../../src/messenger/vk/vk-official-types.js';

describe('heldTo', () => {
  it('gives the schema back, and does not compile where it differs from the official type', () => {
    const held = heldTo<MessagesConversationMember>();
    const agreeing = z.object({ member_id: z.number() });
    expect(held(agreeing)).to.equal(agreeing);

    const otherKind = z.object({ member_id: z.string() });
    const otherName = z.object({ memberId: z.number().optional() });
    const tooNarrow = z.object({ is_owner: z.literal(true) });
    // @ts-expect-error an official member's id is a number
    held(otherKind);
    // @ts-expect-error an official member has no such name
    held(otherName);
    // @ts-expect-error an official member may also be no owner
    held(tooNarrow);
  });
});

/** SQL: a decision by hand about `:personId` in the row of `conference`. */
const decided = (hand: 'added' | 'removed'): string => `exists (select 1 from conference_member decision
    where decision.organization_id = conference.organization_id
      and decision.conference_id = conference.conference_id and decision.person_id = :personId
      and decision.hand = '${hand}')`;

/** SQL: `:personId` is in the chat, as somebody of whom `condition` holds, and was not left out of the conference. */
const throughChat = (condition: string): string => `(exists (select 1 from chat_member member
        where member.organization_id = conference.organization_id and member.chat_id = conference.chat_id
          and member.person_id = :personId and member.wanted_role is not null and ${condition}
          and (member.person_kind <> 'guardian' or (conference.kind = 'call' and chat.kind = 'guardians')))
      and not ${decided('removed')})`;

/**
 * SQL: `:personId` takes part in or leads the row of `conference`, joined with its `chat`: as host, as chat administrator,
 * added by hand, or as a member of the chat who was not left out. Parents of a chat take part only in a video call with
 * a parents' chat.
 */
export const BELONGS = `(conference.host_id = :personId
  or exists (select 1 from organization
    where organization.organization_id = conference.organization_id
      and organization.chat_administrator_id = :personId)
  or ${decided('added')}
  or ${throughChat('true')})`;

/**
 * SQL: as {@link BELONGS}, but not merely as the chat administrator, who belongs to everything and need not be reminded of
 * every lesson of the school.
 */
export const TAKES_PART = `(conference.host_id = :personId
  or ${decided('added')}
  or ${throughChat(`(member.hand is not null or member.reasons <> '{chat-administrator}')`)})`;

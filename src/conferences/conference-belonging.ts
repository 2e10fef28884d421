/** SQL: a decision by hand about `:personId` in the row of `conference`. */
const decided = (hand: 'added' | 'removed'): string => `exists (select 1 from conference_member decision
    where decision.organization_id = conference.organization_id
      and decision.conference_id = conference.conference_id and decision.person_id = :personId
      and decision.hand = '${hand}')`;

/** SQL: a joined lesson that takes place, of the row of `conference`. */
const JOINED = `joined.organization_id = conference.organization_id
          and joined.conference_id = conference.conference_id and joined.takes_place`;

/**
 * SQL: `:personId` is in a chat whose lesson takes place, as somebody of whom `condition` holds, and was not left out of
 * the conference. Parents of a chat take part only in a video call with a parents' chat.
 */
const throughChat = (condition: string): string => `((
        (conference.lesson_takes_place and exists (select 1 from chat_member member
          where member.organization_id = conference.organization_id and member.chat_id = conference.chat_id
            and member.person_id = :personId and member.wanted_role is not null and ${condition}
            and (member.person_kind <> 'guardian' or (conference.kind = 'call' and chat.kind = 'guardians'))))
        or exists (select 1 from joined_lesson joined
          join chat_member member on member.organization_id = joined.organization_id
            and member.chat_id = joined.chat_id and member.person_id = :personId
          where ${JOINED} and member.wanted_role is not null and member.person_kind <> 'guardian' and ${condition}))
      and not ${decided('removed')})`;

/** SQL: `people` leads the row of `conference`: as its host, or as the teacher of a joined lesson. */
const leads = (people: string): string => `(conference.host_id = ${people} or exists (select 1 from joined_lesson joined
    where ${JOINED} and joined.teacher_id = ${people}))`;

export const LEADS = leads(':personId');
export const LED_BY_ANY = leads('any(:personIds::text[])');

/**
 * SQL: `:personId` takes part in or leads the row of `conference`, joined with its `chat`: as who leads, as chat
 * administrator, added by hand, or through a chat.
 */
export const BELONGS = `(${LEADS}
  or exists (select 1 from organization
    where organization.organization_id = conference.organization_id
      and organization.chat_administrator_id = :personId)
  or ${decided('added')}
  or ${throughChat('true')})`;

/**
 * SQL: as {@link BELONGS}, but not merely as the chat administrator, who belongs to everything and need not be reminded of
 * every lesson of the school.
 */
export const TAKES_PART = `(${LEADS}
  or ${decided('added')}
  or ${throughChat(`(member.hand is not null or member.reasons <> '{chat-administrator}')`)})`;

import type { ChatMember, GroupMembers, MemberEdit, PersonChoice } from '../protocol/chat-protocol.js';

export type PersonKind = PersonChoice['kind'];
export type MemberRole = 'member' | 'admin';

interface DraftPerson {
  readonly personId: string;
  readonly name: string;
  readonly kinds: readonly PersonKind[];
  /** Why they belong here, or who they are. */
  readonly detail: string;
  readonly linked: boolean;
}

/** A person as the server has them in the chat, or as a study group would bring them. */
export interface KnownMember extends DraftPerson {
  readonly role: MemberRole;
  /** Belongs to the chat; otherwise removed by hand, or left. */
  readonly belongs: boolean;
  readonly ruled: boolean;
  readonly locked: boolean;
  readonly adminByRule: boolean;
  readonly origin: ChatMember['origin'];
}

interface DraftEdit extends DraftPerson {
  readonly action: MemberEdit['action'];
  readonly role: MemberRole;
}

/** Members of a chat in the form: what the server has, and what the person changed and has not saved. */
export interface MemberDraft {
  readonly known: ReadonlyMap<string, KnownMember>;
  readonly edits: ReadonlyMap<string, DraftEdit>;
}

/** One line of the form's table: the person as they will be after saving. */
export interface DraftRow extends DraftPerson {
  readonly role: MemberRole;
  readonly belongs: boolean;
  readonly locked: boolean;
  /** May be made an administrator of the chat or an ordinary member. */
  readonly roleOpen: boolean;
  /** What this form changes and has not saved. */
  readonly change: MemberEdit['action'] | undefined;
  /** What was decided by hand and saved before. */
  readonly decided: 'added' | 'removed' | 'left' | 'admin' | undefined;
  /** There is a decision by hand that the rules can take over from. */
  readonly returnable: boolean;
}

export const NO_MEMBERS: MemberDraft = { known: new Map(), edits: new Map() };

export function knownOfChat(members: readonly ChatMember[]): MemberDraft['known'] {
  const known = members.map(
    ({ personId, name, kinds, role, linked, ruled, locked, adminByRule, origin, reasons }): KnownMember => {
      const belongs = origin === 'rule' || origin === 'added';
      const detail = reasons.join(', ');
      return { personId, name, kinds, role, linked, ruled, locked, adminByRule, origin, detail, belongs };
    },
  );
  return new Map(known.map((member) => [member.personId, member]));
}

export function knownOfGroup({ members }: GroupMembers): MemberDraft['known'] {
  const known = members.map(({ personId, name, kind, role, linked, locked, reasons }): KnownMember => {
    const byRule = { belongs: true, ruled: true, adminByRule: role === 'admin', origin: 'rule' as const };
    return { personId, name, kinds: [kind], role, linked, locked, detail: reasons.join(', '), ...byRule };
  });
  return new Map(known.map((member) => [member.personId, member]));
}

/** Lines of the table, by name. */
export function draftRows(draft: MemberDraft): readonly DraftRow[] {
  const ids = new Set([...draft.known.keys(), ...draft.edits.keys()]);
  const rows = [...ids].flatMap((id) => rowOf(draft.known.get(id), draft.edits.get(id)) ?? []);
  return rows.sort((a, b) => a.name.localeCompare(b.name, 'ru'));
}

function rowOf(known: KnownMember | undefined, edit: DraftEdit | undefined): DraftRow | undefined {
  const person = known ?? edit;
  if (person === undefined) return undefined;
  const { personId, name, kinds, detail, linked } = person;
  const { belongs, role } = afterSaving(known, edit);
  const locked = known?.locked ?? false;
  return {
    personId,
    name,
    kinds,
    detail,
    linked,
    role,
    belongs,
    locked,
    roleOpen: belongs && !locked && known?.adminByRule !== true,
    change: edit?.action,
    decided: known === undefined ? undefined : decisionOf(known),
    returnable: edit === undefined && known !== undefined && canReturn(known),
  };
}

function afterSaving(known: KnownMember | undefined, edit: DraftEdit | undefined): Pick<DraftRow, 'belongs' | 'role'> {
  const byRule: MemberRole = known?.adminByRule === true ? 'admin' : 'member';
  switch (edit?.action) {
    case 'remove':
      return { belongs: false, role: known?.role ?? 'member' };
    case 'rule':
      return { belongs: known?.ruled ?? false, role: byRule };
    case 'add':
    case 'role':
      return { belongs: true, role: edit.role };
    case undefined:
      return { belongs: known?.belongs ?? false, role: known?.role ?? 'member' };
  }
}

function decisionOf({ origin, role, ruled, adminByRule, locked }: KnownMember): DraftRow['decided'] {
  if (origin !== 'rule') return origin;
  return ruled && role === 'admin' && !adminByRule && !locked ? 'admin' : undefined;
}

function canReturn(known: KnownMember): boolean {
  return known.ruled && !known.locked && decisionOf(known) !== undefined;
}

/** People picked in «Сотрудники», «Ученики» or «Родители»; those who belong to the chat already stay as they are. */
export function addPeople(draft: MemberDraft, people: readonly PersonChoice[]): MemberDraft {
  const edits = new Map(draft.edits);
  for (const { personId, name, kind, detail, linked } of people) {
    const known = draft.known.get(personId);
    const edit = edits.get(personId);
    if (afterSaving(known, edit).belongs) continue;
    if (known?.belongs === true) edits.delete(personId);
    else edits.set(personId, { personId, name, kinds: [kind], detail, linked, action: 'add', role: 'member' });
  }
  return { ...draft, edits };
}

export function removePerson(draft: MemberDraft, personId: string): MemberDraft {
  const known = draft.known.get(personId);
  if (known?.locked === true) return draft;
  return known?.belongs === true ? withEdit(draft, known, 'remove', known.role) : withoutEdit(draft, personId);
}

/** Makes a member an administrator of the chat, or an ordinary member again. */
export function changeRole(draft: MemberDraft, personId: string, role: MemberRole): MemberDraft {
  const known = draft.known.get(personId);
  const edit = draft.edits.get(personId);
  const person = known ?? edit;
  if (person === undefined || !afterSaving(known, edit).belongs) return draft;
  if (known?.belongs === true && known.role === role) return withoutEdit(draft, personId);
  return withEdit(draft, person, known?.belongs === true ? 'role' : 'add', role);
}

/** What was decided by hand about this person is forgotten. */
export function returnToRule(draft: MemberDraft, personId: string): MemberDraft {
  const known = draft.known.get(personId);
  return known === undefined || !canReturn(known) ? draft : withEdit(draft, known, 'rule', 'member');
}

/** Everything decided by hand is forgotten, in this form and before it: who is there only by hand goes. */
export function returnAllToRule({ known }: MemberDraft): MemberDraft {
  let next: MemberDraft = { known, edits: new Map() };
  for (const { personId, origin, ruled } of known.values()) {
    next = origin === 'added' && !ruled ? removePerson(next, personId) : returnToRule(next, personId);
  }
  return next;
}

/** Takes back what this form changed about a person. */
export function withoutEdit(draft: MemberDraft, personId: string): MemberDraft {
  const edits = new Map(draft.edits);
  edits.delete(personId);
  return { ...draft, edits };
}

function withEdit(draft: MemberDraft, person: DraftPerson, action: DraftEdit['action'], role: MemberRole): MemberDraft {
  const { personId, name, kinds, detail, linked } = person;
  return {
    ...draft,
    edits: new Map(draft.edits).set(personId, { personId, name, kinds, detail, linked, action, role }),
  };
}

/** The same changes upon what the server has now; those that came true or lost their sense go. */
export function rebase(draft: MemberDraft, known: MemberDraft['known']): MemberDraft {
  let next: MemberDraft = { known, edits: new Map() };
  for (const edit of draft.edits.values()) {
    const { personId, action, role } = edit;
    const member = known.get(personId);
    if (member?.locked === true) continue;
    if (action === 'add' && member?.belongs !== true) next = withEdit(next, edit, 'add', role);
    if (action === 'remove') next = removePerson(next, personId);
    if (action === 'rule') next = returnToRule(next, personId);
    if (member?.belongs === true && (action === 'add' ? role === 'admin' : action === 'role'))
      next = member.adminByRule ? next : changeRole(next, personId, role);
  }
  return next;
}

/** To be sent: only what differs, only people of these kinds. */
export function memberEdits(draft: MemberDraft, kinds: readonly PersonKind[]): MemberEdit[] {
  return [...draft.edits.values()].flatMap(({ personId, action, role, kinds: own }): MemberEdit[] => {
    if (action === 'add') {
      const kind = own.find((candidate) => kinds.includes(candidate));
      return kind === undefined ? [] : [{ action, personId, kind, role }];
    }
    return [action === 'role' ? { action, personId, role } : { action, personId }];
  });
}

export interface DraftTab {
  readonly kind: PersonKind;
  readonly rows: readonly DraftRow[];
}

/** The form's tabs; who is of no kind shown stands in the first. */
export function draftTabs(rows: readonly DraftRow[], kinds: readonly PersonKind[]): readonly DraftTab[] {
  return kinds.map((kind, index) => ({
    kind,
    rows: rows.filter(
      ({ kinds: own, change }) =>
        own.includes(kind) || (index === 0 && change !== 'add' && !own.some((one) => kinds.includes(one))),
    ),
  }));
}

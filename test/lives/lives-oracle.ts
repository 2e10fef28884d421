import type { ChatRole, HandDecision, LifeFacts } from './life-facts.js';
import { hasPlace, type SchoolClassRecord, type SchoolGroupRecord } from './host/outside-host-school.js';

export type ExpectedKind = 'teachers' | 'class' | 'guardians' | 'subject' | 'other';

/** A chat that must be on the messenger, and exactly who must be in it. */
export interface ExpectedChat {
  /** The same as long as it has to be the same chat. */
  readonly key: string;
  readonly organizationId: string;
  readonly kind: ExpectedKind;
  /** Part of the title that tells the chat from others of its kind. */
  readonly titlePart: string;
  /** Account → role. */
  readonly members: ReadonlyMap<number, ChatRole>;
  /** Account that runs the school's chats. */
  readonly driver: number;
  /**
   * May be in it or not: the former administrator, as long as the successor cannot take over; who was added by hand and has no place
   * in this school any more. The link of somebody whom no school has ends after days, which no life lasts.
   */
  readonly tolerated: ReadonlySet<number>;
  /** The school's administrator has not linked: a chat that is new is made when they have. */
  readonly mayWait: boolean;
}

type Wanted = Map<string, ChatRole>;

/** R-C2, R-C4, R-C5, R-C7, R-C8, R-A3: the chats of all schools whose chats somebody can run. */
export function expectedChats(facts: LifeFacts): readonly ExpectedChat[] {
  return [...facts.school.organizations.keys()].flatMap((organizationId) => {
    const driver = facts.drivers.get(organizationId);
    const account = driver?.personId === undefined ? undefined : facts.links.get(driver.personId);
    return driver?.state === 'works' && account !== undefined ? chatsOf(facts, organizationId, account) : [];
  });
}

function chatsOf(facts: LifeFacts, organizationId: string, driver: number): ExpectedChat[] {
  const { school } = facts;
  const driverPerson = facts.drivers.get(organizationId)?.personId;
  const mayWait = driverPerson !== school.organization(organizationId).administratorId;
  const replaced = mayWait ? [driver] : [];
  const made = (kind: ExpectedKind, key: string, titlePart: string, wanted: Wanted): ExpectedChat => {
    const administratorId = school.organization(organizationId).administratorId;
    const hands = facts.hands.get(key) ?? new Map<string, HandDecision>();
    applyHands(wanted, hands);
    const elsewhere = [...hands.keys()].filter((personId) => !hasPlace(school, personId, organizationId));
    const tolerated = new Set([...replaced, ...elsewhere.flatMap((personId) => facts.links.get(personId) ?? [])]);
    if (administratorId !== null) wanted.set(administratorId, 'admin');
    return { key, organizationId, kind, titlePart, members: linkedOnly(facts, wanted), driver, tolerated, mayWait };
  };
  const classes = school.classesOf(organizationId).flatMap((one) => {
    const year = facts.chatYears.get(one.id) ?? one.schoolYear;
    return [
      made('class', classKey('class', one.id, year), one.name, classPeople(one)),
      made('guardians', classKey('guardians', one.id, year), one.name, guardianPeople(facts, one)),
    ];
  });
  const byHand = facts.handChats.filter((chat) => chat.organizationId === organizationId);
  return [
    made('teachers', `teachers:${organizationId}`, '', staff(facts, organizationId)),
    ...classes,
    ...byHand.map(({ id, kind, title, groupId }) => {
      const group = groupId === undefined ? undefined : school.groups.get(groupId);
      return made(kind, handKey(id), title, group ? groupPeople(group) : new Map<string, ChatRole>());
    }),
  ];
}

export function classKey(kind: 'class' | 'guardians', classId: string, year: string): string {
  return `${kind}:${classId}:${year}`;
}

export function handKey(chatId: string): string {
  return `hand:${chatId}`;
}

function staff({ school }: LifeFacts, organizationId: string): Wanted {
  const inside = school
    .employeesOf(organizationId)
    .filter(({ positionTypes }) => positionTypes.includes('administration') || positionTypes.includes('teaching'));
  return new Map(inside.map(({ personId }) => [personId, 'member']));
}

function classPeople({ studentIds, teacherId }: SchoolClassRecord): Wanted {
  const wanted: Wanted = new Map([...studentIds].map((id) => [id, 'member']));
  if (teacherId !== undefined) wanted.set(teacherId, 'admin');
  return wanted;
}

function guardianPeople({ school }: LifeFacts, { studentIds, teacherId }: SchoolClassRecord): Wanted {
  const parents = [...studentIds].flatMap((id) => [...(school.guardians.get(id) ?? [])]);
  const wanted: Wanted = new Map(parents.map((id) => [id, 'member']));
  if (teacherId !== undefined) wanted.set(teacherId, 'admin');
  return wanted;
}

function groupPeople({ studentIds, teacherId }: SchoolGroupRecord): Wanted {
  const wanted: Wanted = new Map([...studentIds].map((id) => [id, 'member']));
  if (teacherId !== undefined) wanted.set(teacherId, 'admin');
  return wanted;
}

function applyHands(wanted: Wanted, hands: ReadonlyMap<string, HandDecision>): void {
  for (const [personId, decision] of hands) {
    if (decision.action === 'remove') wanted.delete(personId);
    else if (decision.action === 'add' || wanted.has(personId)) {
      // Whom a rule makes an administrator stays one.
      wanted.set(personId, wanted.get(personId) === 'admin' ? 'admin' : decision.role);
    }
  }
}

function linkedOnly({ links }: LifeFacts, wanted: Wanted): ReadonlyMap<number, ChatRole> {
  const members = new Map<number, ChatRole>();
  for (const [personId, role] of wanted) {
    const account = links.get(personId);
    if (account !== undefined) members.set(account, role);
  }
  return members;
}

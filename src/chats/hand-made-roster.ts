import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { SferumError } from '../errors.js';
import { HostDirectory, type Organization, type StudyGroup } from '../host/host-directory.js';
import { STUDY_GROUP_TEXT } from '../protocol/chat-texts.js';
import { CHAT_ADMINISTRATOR_SETTING } from '../rights/rights.js';
import { otherMembers, subjectMembers, type DesiredMember } from './chat-rules.js';
import { RosterReader } from './roster-reader.js';

/** Whom the rules want in a chat that somebody makes by hand. */
export interface RosterOfChat {
  readonly organization: Organization;
  /** «Предмет/Группа (Класс)»; empty without a group. */
  readonly groupTitle: string;
  /** Of the group; empty without one. */
  readonly schoolYear: string;
  readonly members: readonly DesiredMember[];
}

export interface HandMadeRoster {
  /**
   * @param groupId study group of a subject chat; undefined for any other chat
   * @throws SferumError `SFERUM_REQUEST_INVALID` for a group that this organisation does not have
   */
  read(organizationId: string, groupId: string | undefined): Promise<RosterOfChat>;
}
export const HandMadeRoster = Symbol('HandMadeRoster') as ServiceIdentifier<HandMadeRoster>;

export class DirectoryHandMadeRoster implements HandMadeRoster {
  constructor(
    @inject(RosterReader) private readonly reader: RosterReader,
    @inject(HostDirectory) private readonly directory: HostDirectory,
  ) {}

  async read(organizationId: string, groupId: string | undefined): Promise<RosterOfChat> {
    const organization = await this.reader.organization(organizationId);
    if (organization === undefined) throw new Error(`the directory does not know the organization ${organizationId}`);
    const administratorId = organization.settings[CHAT_ADMINISTRATOR_SETTING] ?? undefined;
    if (groupId === undefined)
      return { organization, groupTitle: '', schoolYear: '', members: otherMembers(administratorId) };
    const { groups, students } = await this.reader.groups(organizationId, [groupId]);
    const group = groups[0];
    const studentIds = students.get(groupId);
    if (group === undefined || studentIds === undefined) {
      throw new SferumError('SFERUM_REQUEST_INVALID', 'Группа не найдена. Выберите её в списке ещё раз.', {
        fields: { field: 'groupId' },
      });
    }
    return {
      organization,
      groupTitle: await this.groupTitle(group),
      schoolYear: group.schoolYear,
      members: subjectMembers(administratorId, group, studentIds),
    };
  }

  private async groupTitle(group: StudyGroup): Promise<string> {
    const classes = await this.directory.classesById(group.classIds);
    const own = classes.filter(({ organizationId }) => organizationId === group.organizationId);
    return STUDY_GROUP_TEXT.title(group.subject, group.name, naturalOrder(own.map(({ name }) => name)));
  }
}

/** «2А» before «10А». */
export function naturalOrder(names: readonly string[]): string[] {
  return [...names].sort((a, b) => a.localeCompare(b, 'ru', { numeric: true }));
}

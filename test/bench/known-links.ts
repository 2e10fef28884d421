import type { KnownAccountLink } from '../../src/host/account-link-import.js';
import { APPLICATION_ID, SCOPES } from './bench-host.js';
import type { StandInBeside } from './stand-in-beside.js';
import { SyntheticDirectory, type SyntheticSize } from './synthetic-directory.js';

/** Accounts for everybody; the links of the schools' chat administrators, with tokens, apart from those of the others. */
export async function knownLinks(
  { control }: StandInBeside,
  size: SyntheticSize,
): Promise<{ members: KnownAccountLink[]; administrators: KnownAccountLink[] }> {
  const directory = new SyntheticDirectory(size);
  await control.registerApplication(APPLICATION_ID, [], SCOPES);
  const accounts = await control.accounts(
    peopleOf(directory).map((key) => ({
      ...{ key, givenName: key, familyName: 'Person', organizationName: '', roles: ['teacher' as const] },
    })),
  );
  const isAdministrator = ({ key }: { key: string }): boolean => key.endsWith('.t0');
  const chosen = accounts.filter(isAdministrator);
  const tokens = await control.tokens(
    chosen.map(({ userId }) => userId),
    APPLICATION_ID,
    SCOPES,
  );
  return {
    members: accounts.filter((account) => !isAdministrator(account)).map(link),
    administrators: chosen.map((account, index): KnownAccountLink => {
      const own = tokens[index];
      if (own === undefined) throw new Error('the stand-in gave no tokens');
      return { ...link(account), tokens: { ...own, expiresAt: new Date(Date.now() + own.expiresIn * 1000) } };
    }),
  };
}

function link({ key, userId }: { readonly key: string; readonly userId: string }): KnownAccountLink {
  return { personId: key, externalUserId: userId, givenName: key, familyName: 'Person', roles: ['teacher'] };
}

function peopleOf(directory: SyntheticDirectory): string[] {
  return directory.schoolIds.flatMap((schoolId) => {
    const students = directory.classIds(schoolId).flatMap((classId) => directory.firstStudentIds(classId));
    return [...directory.employeeIds(schoolId), ...students, ...students.flatMap((id) => directory.guardianIds(id))];
  });
}

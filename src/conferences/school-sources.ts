import type { HostDirectory } from '../host/host-directory.js';

/** Classes and study groups behind some ids. */
export interface SchoolSources {
  /** Names of those that are the school's. */
  readonly names: ReadonlyMap<string, string>;
  /** Those that are another school's by now: what names them is not this school's either. */
  readonly foreign: ReadonlySet<string>;
}

/** Compares the organization of classes and groups before their ids are used: they change schools. */
export async function schoolSources(
  directory: Pick<HostDirectory, 'classesById' | 'studyGroupsById'>,
  organizationId: string,
  ids: readonly string[],
): Promise<SchoolSources> {
  const asked = [...new Set(ids)];
  const [classes, groups] = await Promise.all([directory.classesById(asked), directory.studyGroupsById(asked)]);
  const names = new Map<string, string>();
  const foreign = new Set<string>();
  for (const source of [...classes, ...groups]) {
    if (source.organizationId === organizationId) names.set(source.id, source.name);
    else foreign.add(source.id);
  }
  return { names, foreign };
}

import type { Guardianship } from '../../src/host/host-directory.js';
import { SyntheticDirectory } from './synthetic-directory.js';

/** A school where a parent has a child in every class: pupil `p0` of all classes is `parent0`'s, `p1` is `parent1`'s. */
export class SharedParentsDirectory extends SyntheticDirectory {
  /** @param children pupils of every class, and parents of the school */
  constructor(classes: number, children: number) {
    super({ schools: 1, classes, studentsPerClass: children, guardians: 1, administrators: true });
  }

  override async guardians(studentIds: readonly string[]): Promise<readonly Guardianship[]> {
    return studentIds.map((studentId) => ({
      studentId,
      guardianIds: [parentId(Number(studentId.slice(studentId.lastIndexOf('.p') + 2)))],
    }));
  }
}

export function parentId(place: number): string {
  return `parent${place}`;
}

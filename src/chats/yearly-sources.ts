import { inject } from 'inversify';
import type { ServiceIdentifier } from 'inversify';

import { HostDirectory } from '../host/host-directory.js';
import type { RegistryChat } from './chat-registry-store.js';

/** The class or study group of a chat as the directory has it now. */
export interface CurrentSource {
  readonly schoolYear: string;
  /** Of a class. */
  readonly className: string | undefined;
}

export interface YearlySources {
  /** @returns undefined when the organization has the class or group no more, or the chat has none */
  current(organizationId: string, chat: Pick<RegistryChat, 'kind' | 'sourceId'>): Promise<CurrentSource | undefined>;
}
export const YearlySources = Symbol('YearlySources') as ServiceIdentifier<YearlySources>;

export class DirectoryYearlySources implements YearlySources {
  constructor(@inject(HostDirectory) private readonly directory: HostDirectory) {}

  async current(
    organizationId: string,
    { kind, sourceId }: Pick<RegistryChat, 'kind' | 'sourceId'>,
  ): Promise<CurrentSource | undefined> {
    if (kind === 'class' || kind === 'guardians') {
      const [found] = await this.directory.classesById([sourceId]);
      return found?.organizationId === organizationId
        ? { schoolYear: found.schoolYear, className: found.name }
        : undefined;
    }
    if (kind !== 'subject') return undefined;
    const [found] = await this.directory.studyGroupsById([sourceId]);
    return found?.organizationId === organizationId
      ? { schoolYear: found.schoolYear, className: undefined }
      : undefined;
  }
}

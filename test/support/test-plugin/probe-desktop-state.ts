import type { DesktopStateContribution } from '../../../src/host/contribution-points.js';

export class ProbeDesktopState implements DesktopStateContribution {
  readonly id = 'probe.state';

  async flags(): Promise<Readonly<Record<string, boolean>>> {
    return { 'probe.awake': true };
  }
}

export class BrokenDesktopState implements DesktopStateContribution {
  readonly id = 'probe.broken-state';

  flags(): Promise<Readonly<Record<string, boolean>>> {
    throw new Error('flags of the broken state');
  }
}

import type { Container } from 'inversify';

import { HostHttp } from '../../src/host/host-services.js';
import { describeHostContract, type HostUnderContract } from '../support/host-contract.js';
import { startProbeHost } from '../support/test-plugin/probe-host.js';

async function referenceHost(): Promise<HostUnderContract> {
  const host = await startProbeHost();
  // the probe holds the mount point, the contract wants it free
  await host.plugin.lifecycle.stop();
  const { services, container } = host;
  let [from, to] = ['class-5a', 'class-10b'];
  return {
    directory: services.directory,
    streams: services.events,
    replays: true,
    session: services.session,
    clock: services.clock,
    http: httpOf(container),
    organizationId: 'school-1',
    emptyClassId: 'class-empty',
    right: 'probe.lesson.greet',
    signIn: async () => ({ cookie: (await host.signIn('director')).cookie, personId: 'director' }),
    withdrawRight: async () => {
      await services.roles.save('organization-administrator', [], services.clock.now());
    },
    transfer: async () => {
      const moved = { studentId: 'pupil-1', fromClassId: from, toClassId: to };
      await services.enrollment.transfer('school-1', 'pupil-1', to);
      [from, to] = [to, from];
      return moved;
    },
    failToTransfer: async () => {
      await services.enrollment.transfer('school-1', 'pupil-1', 'nowhere').catch(() => undefined);
    },
    cancelLesson: async () => {
      await services.timetable.cancel('school-1', 'lesson-10b');
      return { lessonId: 'lesson-10b' };
    },
    stop: host.stop,
  };
}

function httpOf(container: Container): HostHttp {
  return container.get(HostHttp);
}

describeHostContract('reference host', referenceHost);

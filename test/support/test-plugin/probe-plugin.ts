import { ContainerModule } from 'inversify';

import { AccountLinkImport } from '../../../src/host/account-link-import.js';
import {
  DesktopStateContribution,
  LessonJournalButtonContribution,
  MenuContribution,
  MetaroleContribution,
  OrganizationSettingContribution,
  RightContribution,
  ShortcutContribution,
  WindowContribution,
} from '../../../src/host/contribution-points.js';
import { HOST_METAROLES } from '../../../src/host/host-session.js';
import { PluginLifecycle, type PluginDefinition } from '../../../src/host/plugin-definition.js';
import { GreetButton, BrokenButton } from './probe-buttons.js';
import { ProbeDesktopState, BrokenDesktopState } from './probe-desktop-state.js';
import { ProbeLifecycle } from './probe-lifecycle.js';
import { ProbeLinkImport } from './probe-link-import.js';
import { ProbeSetting } from './probe-setting.js';

const target = { kind: 'window', windowId: 'probe.window' } as const;

const contributions = new ContainerModule(({ bind }) => {
  const group = {
    module: 'Проба',
    group: 'Урок',
    risk: 'low',
    defaultMetaroles: Object.values(HOST_METAROLES),
  } as const;
  bind(RightContribution).toConstantValue({
    ...group,
    id: 'probe.lesson.greet',
    title: 'Здороваться',
    help: 'Кнопка.',
  });
  bind(RightContribution).toConstantValue({ ...group, id: 'probe.lesson.end', title: 'Прощаться', help: 'Кнопка.' });
  bind(MetaroleContribution).toConstantValue({ id: 'probe.greeter', title: 'Встречающий' });
  bind(ShortcutContribution).toConstantValue({
    id: 'probe.open',
    title: 'Проба',
    icon: '<svg viewBox="0 0 24 24"/>',
    target,
    when: { flag: 'probe.awake' },
    order: 1,
  });
  bind(MenuContribution).toConstantValue({
    id: 'probe.menu',
    path: ['Реестры'],
    title: 'Проба',
    target,
    when: { anyRight: ['probe.lesson.greet'] },
    order: 1,
  });
  bind(WindowContribution).toConstantValue({
    id: 'probe.window',
    title: 'Проба',
    element: 'probe-window',
    width: 400,
    height: 300,
    anyRight: ['probe.lesson.greet'],
  });
});

const behaviour = new ContainerModule(({ bind }) => {
  bind(ProbeSetting).toSelf().inSingletonScope();
  bind(OrganizationSettingContribution).toService(ProbeSetting);
  bind(LessonJournalButtonContribution).toConstantValue(new GreetButton());
  bind(LessonJournalButtonContribution).toConstantValue(new BrokenButton());
  bind(DesktopStateContribution).toConstantValue(new ProbeDesktopState());
  bind(DesktopStateContribution).toConstantValue(new BrokenDesktopState());
  bind(ProbeLinkImport).toSelf().inSingletonScope();
  bind(AccountLinkImport).toService(ProbeLinkImport);
  bind(ProbeLifecycle).toSelf().inSingletonScope();
  bind(PluginLifecycle).toService(ProbeLifecycle);
});

/** A plugin that does nothing useful with every part of the host's contract. */
export default { id: 'probe', modules: [contributions, behaviour] } satisfies PluginDefinition;

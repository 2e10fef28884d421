import type { ServiceIdentifier } from 'inversify';

import type { SessionContext } from './host-session.js';

/**
 * Contribution points: what a plugin adds to the host, as data (and, for buttons and settings, as data plus methods).
 *
 * A plugin binds each item with `bind(Point).toConstantValue(item)`; the host collects them with `container.getAll(Point)`
 * after it loaded the plugin's modules. Ids are unique within a point; the host refuses a duplicate
 * (`HOST_CONTRIBUTION_DUPLICATE`) and reports and skips a contribution that throws in use.
 */

/** A right that the host shows as a switch in its role editor and hands back in {@link SessionContext.rights}. */
export interface RightContribution {
  /** Stable id, `sferum.<noun>.<verb>`; never reused for another meaning. */
  readonly id: string;
  /** The module under which the role editor groups the right. */
  readonly module: string;
  /** A group inside the module, for the editor's headings. */
  readonly group: string;
  /** Label of the switch. */
  readonly title: string;
  /** One sentence: what becomes possible with it. */
  readonly help: string;
  /** How much harm the right can do: `high` for what removes people or data. */
  readonly risk: 'low' | 'medium' | 'high';
  /** Ids of metaroles that have the right until a super-administrator decides otherwise. */
  readonly defaultMetaroles: readonly string[];
  /** Kinds of ordinary roles that have it until then; absent: none. */
  readonly defaultRoles?: readonly RoleArchetype[];
}
export const RightContribution = Symbol.for('eschool.host.RightContribution') as ServiceIdentifier<RightContribution>;

/** Kinds of ordinary roles every host has, whatever it calls them. */
export type RoleArchetype = 'teacher' | 'employee' | 'student' | 'guardian';

/** A metarole the plugin brings along (granted through an organisation setting, see {@link OrganizationSettingContribution}). */
export interface MetaroleContribution {
  readonly id: string;
  readonly title: string;
}
export const MetaroleContribution = Symbol.for(
  'eschool.host.MetaroleContribution',
) as ServiceIdentifier<MetaroleContribution>;

/** What a shortcut, a menu entry or a button leads to. */
export type HostTarget =
  | { readonly kind: 'window'; readonly windowId: string; readonly params?: Readonly<Record<string, string>> }
  | { readonly kind: 'link'; readonly href: string };

/**
 * When something is shown. All given conditions must hold. A *flag* is a per-person yes/no that the plugin answers
 * through {@link DesktopStateContribution}; rights are the session's.
 */
export interface VisibleWhen {
  /** At least one of these rights. */
  readonly anyRight?: readonly string[];
  /** The flag must be true. */
  readonly flag?: string;
  /** The flag must be false. */
  readonly notFlag?: string;
}

/** A shortcut on the desktop. */
export interface ShortcutContribution {
  readonly id: string;
  readonly title: string;
  /** An inline SVG (24 × 24, `currentColor`). */
  readonly icon: string;
  readonly target: HostTarget;
  readonly when?: VisibleWhen;
  /** Sorts shortcuts, lower first. */
  readonly order: number;
}
export const ShortcutContribution = Symbol.for(
  'eschool.host.ShortcutContribution',
) as ServiceIdentifier<ShortcutContribution>;

/** An entry of the «Пуск» menu; `path` are the titles of the submenus above it. */
export interface MenuContribution {
  readonly id: string;
  /** Submenus from the root, e.g. `['Реестры']`. */
  readonly path: readonly string[];
  readonly title: string;
  readonly icon?: string;
  readonly target: HostTarget;
  readonly when?: VisibleWhen;
  readonly order: number;
}
export const MenuContribution = Symbol.for('eschool.host.MenuContribution') as ServiceIdentifier<MenuContribution>;

/**
 * A window. The host creates the custom element named here (defined by the bundle that the manifest calls `web`),
 * sets its properties `baseUrl: string`, `params: Record<string, string>` and `hostWindow: HostWindow`
 * (see `host-window.ts`) and puts it into a window of its own look.
 */
export interface WindowContribution {
  readonly id: string;
  readonly title: string;
  /** Tag name of the custom element, e.g. `sferum-registry`. */
  readonly element: string;
  readonly icon?: string;
  /** Preferred size in CSS pixels; the host fits it to the screen. */
  readonly width: number;
  readonly height: number;
  /** The host opens the window only for people with at least one of these rights; absent: for everybody signed in. */
  readonly anyRight?: readonly string[];
}
export const WindowContribution = Symbol.for(
  'eschool.host.WindowContribution',
) as ServiceIdentifier<WindowContribution>;

/**
 * A field of the window «Настройки организации». The host draws and stores it, and gives its value back in
 * {@link Organization.settings} under `id`.
 */
export interface OrganizationSettingContribution {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  /** From which registry the value is picked: `administrators` = employees of position type «Администрация». */
  readonly picker: 'administrators';
  /** The metarole which the picked person has in this organisation for as long as they are picked. */
  readonly grantsMetarole?: string;
  /**
   * Called after the host stored a new value (committed), so that the plugin looks again. Must not do remote work.
   * @param organizationId whose setting changed
   */
  changed(organizationId: string): Promise<void>;
}
export const OrganizationSettingContribution = Symbol.for(
  'eschool.host.OrganizationSettingContribution',
) as ServiceIdentifier<OrganizationSettingContribution>;

/** Who looks at which lesson in the window «Журнал на урок». */
export interface LessonJournalContext {
  readonly session: SessionContext;
  readonly lessonId: string;
}

/** How one button of «Журнал на урок» stands right now. */
export interface LessonJournalButtonState {
  readonly visible: boolean;
  readonly enabled: boolean;
  /** A short line beside the button: why it is disabled, when it opens, what runs. */
  readonly note?: string;
  /** Ask this before {@link LessonJournalButtonContribution.press}. */
  readonly confirm?: string;
  /** Ask for the state again after so many milliseconds (something is in progress or a time is near). */
  readonly refreshAfterMs?: number;
}

/** What the host does after a press. Several effects are carried out in order. */
export type ButtonEffect =
  | { readonly kind: 'open-link'; readonly href: string }
  | { readonly kind: 'open-window'; readonly windowId: string; readonly params?: Readonly<Record<string, string>> }
  | { readonly kind: 'message'; readonly level: 'info' | 'success' | 'warning' | 'error'; readonly text: string }
  | { readonly kind: 'refresh' };

/** A button in the host's window «Журнал на урок»: data plus two methods; the host draws it. */
export interface LessonJournalButtonContribution {
  readonly id: string;
  readonly title: string;
  readonly order: number;
  /** State for one person and lesson. Local reads only; called often. */
  state(context: LessonJournalContext): Promise<LessonJournalButtonState>;
  /**
   * The person pressed. Checks rights and state again.
   * @throws an error with a `code` (for example `SFERUM_RIGHT_MISSING`); the host shows its message.
   */
  press(context: LessonJournalContext): Promise<readonly ButtonEffect[]>;
}
export const LessonJournalButtonContribution = Symbol.for(
  'eschool.host.LessonJournalButtonContribution',
) as ServiceIdentifier<LessonJournalButtonContribution>;

/** Flags of one person that decide which shortcuts and menu entries they see ({@link VisibleWhen}). */
export interface DesktopStateContribution {
  readonly id: string;
  /** @returns flag name → value; names start with the plugin's id. Local reads only. */
  flags(session: SessionContext): Promise<Readonly<Record<string, boolean>>>;
}
export const DesktopStateContribution = Symbol.for(
  'eschool.host.DesktopStateContribution',
) as ServiceIdentifier<DesktopStateContribution>;

/** Something a person is told on their desktop before it begins. */
export interface Reminder {
  /** Stable: a host shows each once per person and browser tab. */
  readonly id: string;
  /** One short line. */
  readonly text: string;
  /** When it begins. */
  readonly at: Date;
  /** Where a click leads. */
  readonly target: HostTarget;
}

/**
 * Reminders of one person. A host that has a desktop asks every half a minute while the person is signed in and shows what
 * it has not shown yet. Since host API 1.1; a host without it never asks.
 */
export interface ReminderContribution {
  readonly id: string;
  /** @returns what is near now, the nearest first; a few at most. Local reads only. */
  due(session: SessionContext): Promise<readonly Reminder[]>;
}
export const ReminderContribution = Symbol.for(
  'eschool.host.ReminderContribution',
) as ServiceIdentifier<ReminderContribution>;

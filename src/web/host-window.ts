/**
 * What a window's custom element gets from the host page as its property `hostWindow`. The same as the host's contract,
 * written once more because the browser side shares no module with it; an architecture test holds the two equal.
 */
export interface HostWindow {
  /** Opens another window of this plugin, or brings it to the front. */
  openWindow(windowId: string, params?: Readonly<Record<string, string>>): void;
  /** Opens an address of another site in a new tab, or in this one where `sameTab` is set. */
  openLink(href: string, options?: { readonly sameTab?: boolean }): void;
  /** A short message in the host's look. */
  notify(level: 'info' | 'success' | 'warning' | 'error', text: string): void;
  /** Flags or rights may have changed: the desktop asks for its shortcuts and menu again. */
  refreshDesktop(): void;
  /** Closes the window this element stands in. */
  close(): void;
  /** Changes the title of the window this element stands in. */
  setTitle(title: string): void;
  /** While it returns a text, the host asks with this text before it closes the window. */
  setCloseGuard(guard: (() => string | undefined) | undefined): void;
}

/** Properties that the host sets on a window's custom element before it is connected. */
export interface HostWindowElementProperties {
  /** Absolute or root-relative address of the plugin's handler, without a trailing slash. */
  baseUrl: string;
  params: Readonly<Record<string, string>>;
  hostWindow: HostWindow;
}

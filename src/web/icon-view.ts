import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

/** Outlines of 24 × 24, drawn for this project. */
const SHAPES = {
  teachers: svg`<path d="M3 9l9-4 9 4-9 4z"/><path d="M7 11v5c1.5 1.3 3.2 2 5 2s3.5-.7 5-2v-5"/><path d="M21 9v5"/>`,
  class: svg`<circle cx="9" cy="8" r="3"/><path d="M3 19c0-3.3 2.7-5.5 6-5.500s6 2.2 6 5.5"/><path d="M15.5 5.300a3 3 0 0 1 0 5.4"/><path d="M17.5 14c2.1.7 3.5 2.5 3.5 5"/>`,
  guardians: svg`<path d="M4 11l8-7 8 7"/><path d="M6 9.500V20h12V9.5"/><path d="M12 17s-2.8-1.7-2.8-3.500c0-1.6 2-2 2.8-.6.8-1.4 2.8-1 2.8.6C14.8 15.3 12 17 12 17z"/>`,
  subject: svg`<path d="M5 4.500h10a3 3 0 0 1 3 3V20H8a3 3 0 0 1-3-3z"/><path d="M5 17a3 3 0 0 1 3-3h10"/>`,
  other: svg`<path d="M4 5h16v11H10l-4 4v-4H4z"/>`,
  lesson: svg`<rect x="3" y="5" width="18" height="12" rx="1.5"/><path d="M8 21h8M12 17v4"/><path d="M10.5 8.500v5l4-2.500z"/>`,
  call: svg`<rect x="3" y="7" width="12" height="10" rx="2"/><path d="M15 11l6-3.500v9L15 13z"/>`,
  good: svg`<circle cx="12" cy="12" r="9"/><path d="M8 12.300l2.7 2.700L16 9.5"/>`,
  busy: svg`<path d="M20 12a8 8 0 0 1-14 5.3"/><path d="M4 12a8 8 0 0 1 14-5.3"/><path d="M18 3v4h-4M6 21v-4h4"/>`,
  wait: svg`<circle cx="12" cy="12" r="9"/><path d="M12 7v5.300l3.5 2"/>`,
  mail: svg`<rect x="3" y="5.5" width="18" height="13" rx="2"/><path d="M4 7l8 6 8-6"/>`,
  bad: svg`<path d="M12 4l9 16H3z"/><path d="M12 10v4.500M12 17.300v.1"/>`,
  stop: svg`<circle cx="12" cy="12" r="9"/><path d="M6 18L18 6"/>`,
  archive: svg`<path d="M4 8h16v12H4z"/><path d="M3 4h18v4H3z"/><path d="M9.5 12h5"/>`,
  off: svg`<circle cx="12" cy="12" r="9"/><path d="M8 12h8"/>`,
  search: svg`<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>`,
  link: svg`<path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1.2 1.2"/><path d="M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1.2-1.2"/>`,
  out: svg`<path d="M10 5H5v14h14v-5"/><path d="M14 4h6v6M20 4l-9 9"/>`,
  calendar: svg`<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.500 3v4M15.500 3v4"/>`,
  cross: svg`<path d="M7 7l10 10M17 7L7 17"/>`,
  person: svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20c.8-3.8 3.8-6 7.5-6s6.7 2.2 7.5 6"/>`,
} satisfies Record<string, SVGTemplateResult>;

export type IconName = keyof typeof SHAPES;

/** A picture that says nothing to a screen reader: the words stand beside it. */
export function iconView(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[name]}</svg>`;
}

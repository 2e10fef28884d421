/** Inline SVG, 24 × 24, `currentColor`. Drawn for this plugin. */
const icon = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round">${body}</svg>`;

export const REGISTRY_ICON = icon(
  '<path d="M4 5.5h11a2 2 0 0 1 2 2v5a2 2 0 0 1-2 2H9l-4 3v-3H4a1.5 1.5 0 0 1-1.5-1.5v-6A1.5 1.5 0 0 1 4 5.500z"/><path d="M19.500 9.500h.5a1.500 1.500 0 0 1 1.500 1.500v5A1.500 1.500 0 0 1 20 17.500h-.500v2.500l-3.500-2.500h-3"/>',
);
export const LINK_ICON = icon(
  '<path d="M10 14a4 4 0 0 0 5.700 0l3-3A4 4 0 0 0 13 5.300l-1 1"/><path d="M14 10a4 4 0 0 0-5.700 0l-3 3A4 4 0 0 0 11 18.700l1-1"/>',
);
export const OPEN_ICON = icon(
  '<path d="M13 4.500h6.500V11"/><path d="M19.500 4.500 11 13"/><path d="M17 14v4a1.500 1.500 0 0 1-1.500 1.500h-10A1.500 1.500 0 0 1 4 18V8a1.500 1.500 0 0 1 1.500-1.500H10"/>',
);

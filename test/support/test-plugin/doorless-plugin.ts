/** Has no default export. */
export const door = undefined;

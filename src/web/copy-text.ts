/** @returns false where the browser does not allow it, as on pages served without TLS; then show the text */
export async function copyText(text: string): Promise<boolean> {
  // Absent without TLS, whatever the browser's types say.
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard === undefined) return false;
  try {
    await clipboard.writeText(text);
    return true;
  } catch {
    // Refused by the person or by the page's policy: the caller shows the text.
    return false;
  }
}

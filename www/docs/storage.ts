// The reader's choices, kept in the browser where it allows that.

/** A stored choice, or null. */
export function readChoice(key: string): string | null {
  try {
    return localStorage.getItem(`nearfar-docs-${key}`);
  } catch {
    return null;
  }
}

/** Stores a choice; where storage is blocked it lasts until the page is left. */
export function writeChoice(key: string, value: string): void {
  try {
    localStorage.setItem(`nearfar-docs-${key}`, value);
  } catch {}
}

// Plain text from outside, in paragraphs.

/** The paragraphs of a plain text: what empty lines divide. */
export function paragraphs(text: string): string[] {
  const parts = text.replaceAll('\r\n', '\n').split(/\n[ \t]*\n/);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

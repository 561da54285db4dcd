// Splits plain text into paragraphs.

/** The paragraphs of a plain text, which blank lines separate. */
export function paragraphs(text: string): string[] {
  const parts = text.replaceAll('\r\n', '\n').split(/\n[ \t]*\n/);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

// A webpack loader for the page's texts: parses ICU MessageFormat at build time, so that the page needs no parser.

import { parse } from '@formatjs/icu-messageformat-parser';

/** A text with placeholders, tags or quotes; other texts stay as they are. Like `SYNTAX` of www/src/i18n/i18n.ts. */
const SYNTAX = /[{}<']/;

/** Replaces each text with syntax by its parsed form, in the format of intl-messageformat. */
export default function textsLoader(source) {
  const parsed = (text) => (SYNTAX.test(text) ? parse(text, { captureLocation: false }) : text);
  const texts = Object.entries(JSON.parse(source)).map(([key, text]) => [key, parsed(text)]);
  return JSON.stringify(Object.fromEntries(texts));
}

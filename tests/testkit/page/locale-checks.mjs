// Checks of the page's texts in one language. Each returns what is wrong, with the key of the text.

import { IntlMessageFormat } from 'intl-messageformat';
import { LIMITS, RULES } from './locale-rules.mjs';

/** The BCP 47 tag of a locale in `locales/`. */
export const languageTag = (code) => code.replace('in_ID', 'id_ID').replace('_', '-');

/** A text's placeholders, plurals as well: what follows a brace and ends at a comma or a brace. */
const placeholders = (text) => [...new Set([...text.matchAll(/\{\s*(\w+)\s*[,}]/g)].map(([, name]) => name))].sort();

const entriesWhere = (texts, test) =>
  Object.entries(texts).flatMap(([key, text]) => (test(text, key) ? [`${key}: ${text}`] : []));

/** Keys that are missing or unknown, empty texts, other placeholders than in English. */
export function keyErrors(texts, english) {
  const names = Object.keys(english)
    .filter((key) => !(key in texts))
    .map((key) => `${key} is missing`);
  return [
    ...names,
    ...entriesWhere(texts, (text, key) => !(key in english) || text.trim() === ''),
    ...entriesWhere(texts, (text, key) => `${placeholders(text)}` !== `${placeholders(english[key] ?? '')}`),
  ];
}

/** Messages that do not parse, and plurals without a form for each number up to 200. */
export function messageErrors(code, texts) {
  const tag = languageTag(code);
  const rules = new Intl.PluralRules(tag);
  const categories = new Set(['other', ...Array.from({ length: 201 }, (_, number) => rules.select(number))]);
  return Object.entries(texts).flatMap(([key, text]) => {
    try {
      const plurals = new IntlMessageFormat(text, tag).getAst().filter((element) => element.pluralType);
      const forms = plurals.flatMap(({ options }) => [...categories].filter((category) => !(category in options)));
      return forms.map((form) => `${key} has no form for "${form}"`);
    } catch (error) {
      return [`${key}: ${error.message}`];
    }
  });
}

/** Texts that are too long for their place. */
export function lengthErrors(code, texts) {
  const narrow = !/^(?:ja|ko|zh)_/.test(code);
  return LIMITS.flatMap(({ keys, most, cjk }) => {
    const limit = narrow ? most : cjk;
    return entriesWhere(texts, (text, key) => keys.test(key) && [...text].length > limit);
  });
}

/** Texts in English. */
export function englishErrors(code, texts, english) {
  const same = RULES[code].english ?? [];
  const left = /\b(?:the|your|you|please|and|with|this|from)\b/i;
  return entriesWhere(texts, (text, key) => {
    const own = text.replace(/\{[^{}]*\}/g, '');
    const sameText = text === english[key] && /\p{L}/u.test(own) && !same.includes(key);
    return sameText || left.test(own.replaceAll('Settings for This Website', ''));
  });
}

/** Texts that address the reader in another form than the rest, or that are of another region. */
export const formErrors = (code, texts) => entriesWhere(texts, (text) => RULES[code].otherForms?.test(text));

const QUOTES = /[“”„«»‘‚「」『』]/gu;

/** Straight quotes, quotes of another language, three dots, two spaces. */
export function typographyErrors(code, texts, english) {
  const { quotes } = RULES[code];
  const marks = (text) => text.match(QUOTES) ?? [];
  const quoted = (text) => text.split(quotes[0]).length - 1;
  return [
    ...entriesWhere(texts, (text) => /["'`]|\.\.\.|\s\s|^\s|\s$/.test(text)),
    ...entriesWhere(texts, (text) => marks(text).some((mark) => !quotes.includes(mark))),
    // Names of buttons and menus are quoted where English quotes them.
    ...entriesWhere(texts, (text, key) => quoted(text) !== (english[key] ?? '').split('“').length - 1),
  ];
}

/** Texts that do not end as in English: with or without a full stop, question mark or ellipsis. */
export function endErrors(code, texts, english) {
  if (RULES[code].noFullStops) return [];
  const ends = (text = '') => (/[.?!。？।۔؟]\}*$/u.test(text) ? 'sentence' : /…$/.test(text) ? 'ellipsis' : 'none');
  return entriesWhere(texts, (text, key) => ends(text) !== ends(english[key]));
}

/** Rows of a glossary: the English term, the term, the words not to use. */
export function glossaryRows(markdown) {
  const rows = markdown.split('\n').filter((line) => /^\| (?!English )[^-|]/.test(line));
  return rows.map((line) => {
    const [, english, term, avoided] = line.split('|').map((cell) => cell.trim());
    return { english, term, avoided: avoided === '' ? [] : avoided.split(', ') };
  });
}

/** Terms of the glossary that no text uses, and words that it says not to use. */
export function glossaryErrors(code, texts, rows) {
  // In Chinese, Japanese and Thai no space marks where a word begins.
  const start = /^(?:ja|th|zh)_/.test(code) ? '' : '(?<![\\p{L}\\p{M}])';
  const escaped = (word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = (word) => new RegExp(start + escaped(word), 'iu');
  const uses = (word) => entriesWhere(texts, (text) => pattern(word).test(text));
  return rows.flatMap(({ term, avoided }) => [
    ...(uses(term).length === 0 ? [`no text says "${term}"`] : []),
    ...avoided.flatMap((word) => uses(word).map((text) => `"${word}" in ${text}`)),
  ]);
}

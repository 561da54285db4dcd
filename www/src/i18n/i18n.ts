// The texts in the person's language.

import { IntlMessageFormat } from 'intl-messageformat';
import { loadChunk } from '../lib/chunks.js';
import type english from '../locales/en_US.json';

/** The keys of `locales/`. */
export type Key = keyof typeof english;

/** The locales that have texts of their own. */
const CODES = [
  ...['en_US', 'ar_AE', 'bn_BD', 'de_DE', 'es_ES', 'fil_PH', 'fr_FR', 'hi_IN', 'in_ID', 'it_IT', 'ja_JP', 'ko_KR'],
  ...['ms_MY', 'nl_NL', 'pl_PL', 'pt_PT', 'ru_RU', 'th_TH', 'tr_TR', 'ur_PK', 'vi_VN', 'zh_CN', 'zh_HK', 'zh_TW'],
];
const FALLBACK = 'en_US';
/** Regions that write as another one does. */
const SIBLINGS: Record<string, string> = { zh_SG: 'zh_CN', zh_MO: 'zh_HK', id: 'in_ID', zh: 'zh_CN' };
const RIGHT_TO_LEFT = ['ar_AE', 'ur_PK'];

/** The locale with texts for a tag such as `pt-BR` or `zh_MO`: the same, a sibling, the language, English. */
export function nearestLocale(tag: string): string {
  const code = tag.replaceAll('-', '_');
  const known = CODES.find((known) => known.toLowerCase() === code.toLowerCase());
  const [language = ''] = code.split('_');
  if (known) return known;
  if (/^zh_(.*_)?(hant|tw)/i.test(code)) return 'zh_TW';
  const sibling = SIBLINGS[code] ?? SIBLINGS[language.toLowerCase()];
  return sibling ?? CODES.find((known) => known.startsWith(`${language.toLowerCase()}_`)) ?? FALLBACK;
}

/** Texts of one locale. */
export interface Words {
  /** BCP 47, for `lang` and Intl. */
  language: string;
  direction: 'ltr' | 'rtl';
  text(key: Key, values?: Record<string, string | number>): string;
  /** Keys of the messages in place of these that are none. */
  strangers: string[];
}

/** Texts in place of those of the locale, by their keys; written as those in `locales/` are. */
export type Messages = Partial<Record<Key, string>>;

/** For the one page that can be shown when no texts can be loaded. */
const BUILT_IN: Partial<Record<Key, string>> = {
  title: 'Face check',
  load_title: 'The page did not load completely',
  load_text: 'Check the connection, then try again.',
  reload: 'Try again',
};

/** The words of that page. */
export const BUILT_IN_WORDS: Words = {
  language: 'en-US',
  direction: 'ltr',
  text: (key, values) => BUILT_IN[key] ?? Object.values(values ?? {}).join(' '),
  strangers: [],
};

type Texts = Record<Key, string>;

function loadTexts(code: string): Promise<Texts> {
  return loadChunk(async () => ((await import(`../locales/${code}.json`)) as { default: Texts }).default);
}

/** Loads the texts of the nearest locale; English ones where these cannot be loaded. */
export async function loadWords(tag: string, given: Messages = {}): Promise<Words> {
  const messages = { ...given };
  let code = nearestLocale(tag);
  const texts = await loadTexts(code).catch((error) => {
    if (code === FALLBACK) throw error;
    console.warn(`The texts of ${code} did not load, so the page goes on in English: ${error}`);
    code = FALLBACK;
    return loadTexts(code);
  });
  const language = code.replace('in_ID', 'id_ID').replace('_', '-');
  return {
    language,
    direction: RIGHT_TO_LEFT.includes(code) ? 'rtl' : 'ltr',
    text(key, values) {
      const format = (text: string) => String(new IntlMessageFormat(text, language).format(values));
      const own = messages[key];
      if (own === undefined) return format(texts[key]);
      try {
        return format(own);
      } catch (error) {
        // Told once: it is asked for with every picture that is drawn.
        delete messages[key];
        console.warn(`messages: ${key}: ${(error as Error).message}`);
        return format(texts[key]);
      }
    },
    strangers: Object.keys(messages).filter((key) => !(key in texts)),
  };
}

// Loads the page's texts in the person's language.

import { IntlMessageFormat } from 'intl-messageformat';
import { loadChunk } from '../lib/chunks.js';
import type english from '../locales/en_US.json';

/** The message keys of `locales/`. */
export type MessageKey = keyof typeof english;

/** The locales in `locales/`. */
const CODES = [
  ...['en_US', 'ar_AE', 'bn_BD', 'de_DE', 'es_ES', 'fil_PH', 'fr_FR', 'hi_IN', 'in_ID', 'it_IT', 'ja_JP', 'ko_KR'],
  ...['ms_MY', 'nl_NL', 'pl_PL', 'pt_PT', 'ru_RU', 'th_TH', 'tr_TR', 'ur_PK', 'vi_VN', 'zh_CN', 'zh_HK', 'zh_TW'],
];
const FALLBACK = 'en_US';
/** Tags that use the texts of another locale. */
const ALIASES: Record<string, string> = { zh_SG: 'zh_CN', zh_MO: 'zh_HK', id: 'in_ID', zh: 'zh_CN' };
const RIGHT_TO_LEFT = ['ar_AE', 'ur_PK'];

/** The best locale for a tag such as `pt-BR` or `zh_MO`: an exact match, an alias, the same language, or English. */
export function nearestLocale(tag: string): string {
  const code = tag.replaceAll('-', '_');
  const known = CODES.find((known) => known.toLowerCase() === code.toLowerCase());
  const [language = ''] = code.split('_');
  if (known) return known;
  if (/^zh_(.*_)?(hant|tw)/i.test(code)) return 'zh_TW';
  const alias = ALIASES[code] ?? ALIASES[language.toLowerCase()];
  return alias ?? CODES.find((known) => known.startsWith(`${language.toLowerCase()}_`)) ?? FALLBACK;
}

/** The texts of one locale. */
export interface I18n {
  /** BCP 47, for `lang` and Intl. */
  language: string;
  direction: 'ltr' | 'rtl';
  format(key: MessageKey, values?: Record<string, string | number>): string;
  /** Keys of the host's messages that do not exist. */
  unknownKeys: string[];
}

/** Texts that replace those of the locale, by key; they use the same syntax as `locales/`. */
export type Messages = Partial<Record<MessageKey, string>>;

/** For the one page that is shown when no texts can be loaded. */
const BUILT_IN: Messages = {
  title: 'Face verification',
  load_title: 'The page didn’t load completely',
  load_text: 'Check the connection, then try again.',
  reload: 'Try again',
};

/** The texts of that page. */
export const BUILT_IN_I18N: I18n = {
  language: 'en-US',
  direction: 'ltr',
  format: (key, values) => BUILT_IN[key] ?? Object.values(values ?? {}).join(' '),
  unknownKeys: [],
};

type Texts = Record<MessageKey, string>;

function loadTexts(code: string): Promise<Texts> {
  return loadChunk(async () => ((await import(`../locales/${code}.json`)) as { default: Texts }).default);
}

/** Loads the texts of the nearest locale, or English if they do not load. */
export async function loadI18n(tag: string, hostMessages: Messages = {}): Promise<I18n> {
  const messages = { ...hostMessages };
  let code = nearestLocale(tag);
  const texts = await loadTexts(code).catch((error) => {
    if (code === FALLBACK) throw error;
    console.warn(`The texts of ${code} did not load; falling back to English: ${error}`);
    code = FALLBACK;
    return loadTexts(code);
  });
  const language = code.replace('in_ID', 'id_ID').replace('_', '-');
  return {
    language,
    direction: RIGHT_TO_LEFT.includes(code) ? 'rtl' : 'ltr',
    format(key, values) {
      const format = (text: string) => String(new IntlMessageFormat(text, language).format(values));
      const message = messages[key];
      if (message === undefined) return format(texts[key]);
      try {
        return format(message);
      } catch (error) {
        // Warn once: instructions are formatted with every frame.
        delete messages[key];
        console.warn(`messages: ${key}: ${(error as Error).message}`);
        return format(texts[key]);
      }
    },
    unknownKeys: Object.keys(messages).filter((key) => !(key in texts)),
  };
}

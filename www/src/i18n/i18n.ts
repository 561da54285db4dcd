// Loads the page's texts in the person's language.

import { IntlMessageFormat } from 'intl-messageformat';
import { loadChunk } from '../lib/chunks.js';
import type { MessageKey, Messages } from './messages.js';

export type { MessageKey, Messages } from './messages.js';

/** The locales in `locales/`. A language without a region gets its first. */
const CODES = [
  ...[
    'en_US',
    'ar_AE',
    'bn_BD',
    'de_DE',
    'es_ES',
    'es_MX',
    'fil_PH',
    'fr_FR',
    'hi_IN',
    'in_ID',
    'it_IT',
    'ja_JP',
    'ko_KR',
  ],
  ...[
    'ms_MY',
    'nl_NL',
    'pl_PL',
    'pt_BR',
    'pt_PT',
    'ru_RU',
    'th_TH',
    'tr_TR',
    'ur_PK',
    'vi_VN',
    'zh_CN',
    'zh_HK',
    'zh_TW',
  ],
];
const FALLBACK = 'en_US';
/** Languages that have another code in `CODES`. */
const LANGUAGES: Record<string, string> = { id: 'in', tl: 'fil' };
/** Regions that use the texts of another one than the first of their language. */
const REGIONS: Record<string, string> = {
  es_MX: '419 AR BO BR BZ CL CO CR CU DO EC GT HN NI PA PE PR PY SV US UY VE',
  pt_PT: 'AO CH CV GQ GW LU MO MZ ST TL',
  zh_HK: 'MO',
};
const RIGHT_TO_LEFT = ['ar_AE', 'ur_PK'];

/** The best locale for a tag such as `pt-BR` or `zh_Hant_MO`: the same region, one with the same usage, the language, or English. */
export function nearestLocale(tag: string): string {
  const [first = '', ...subtags] = tag.replaceAll('-', '_').toUpperCase().split('_');
  const language = LANGUAGES[first.toLowerCase()] ?? first.toLowerCase();
  const region = subtags.find((subtag) => /^([A-Z]{2}|\d{3})$/.test(subtag)) ?? '';
  const codes = CODES.filter((code) => code.startsWith(`${language}_`));
  const exact = codes.find((code) => code === `${language}_${region}`);
  const alike = codes.find((code) => region && REGIONS[code]?.split(' ').includes(region));
  const traditional = subtags.includes('HANT') ? codes.find((code) => code === 'zh_TW') : undefined;
  return exact ?? alike ?? traditional ?? codes[0] ?? FALLBACK;
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

/** For the one page that is shown when no texts can be loaded. */
const BUILT_IN: Messages = {
  title: 'Face verification',
  load_title: 'The page didn’t load completely',
  load_text: 'Check your connection, then reload the page.',
  reload: 'Reload page',
  details: 'Details',
};

/** The texts of that page. */
export const BUILT_IN_I18N: I18n = {
  language: 'en-US',
  direction: 'ltr',
  format: (key, values) => BUILT_IN[key] ?? Object.values(values ?? {}).join(' '),
  unknownKeys: [],
};

/** A text, or what scripts/build/texts-loader.mjs has parsed it into. */
type Text = ConstructorParameters<typeof IntlMessageFormat>[0];
type Texts = Record<MessageKey, Text>;

/** A text with placeholders, tags or quotes; every other text is shown as it is. */
const SYNTAX = /[{}<']/;

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
      const format = (text: Text) =>
        typeof text === 'string' && !SYNTAX.test(text)
          ? text
          : String(new IntlMessageFormat(text, language).format(values));
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

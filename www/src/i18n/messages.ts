// The keys of the texts.

import type english from '../locales/en_US.json';

/** The keys of the texts; `messages.json` of the package has them with their English texts. */
export type MessageKey = keyof typeof english;

/** Texts that replace those of the locale, by key; they use the same syntax (ICU MessageFormat). */
export type Messages = Partial<Record<MessageKey, string>>;

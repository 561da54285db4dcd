// What kind of browser this is, where that changes what a person has to do.

import type { Key } from './words.js';

/** A phone or tablet, by its pointer. */
export const isPhone = () => matchMedia('(pointer: coarse)').matches;

/** The person's language, as far as the browser tells. */
export const browserLanguage = (): string => navigator.language || navigator.languages?.[0] || 'en';

/** What the browser calls itself; some in-app browsers say nothing. */
export const userAgent = (): string => navigator.userAgent ?? '';

/** How the camera is allowed after it was refused. Chromium's brands and the user agent are all that tells. */
export function grantText(userAgent: string): Key {
  if (/; wv\)|FBAN|FBAV|Instagram|Line\/|(iPhone|iPad)(?!.*Safari\/)/.test(userAgent)) return 'grant_app';
  if (/Firefox\//.test(userAgent)) return 'grant_firefox';
  if (/Chrome\/|CriOS\//.test(userAgent)) return 'grant_chrome';
  if (/(iPhone|iPad).*Safari\//.test(userAgent)) return 'grant_safari_phone';
  return /Macintosh.*Safari\//.test(userAgent) ? 'grant_safari' : 'denied_text';
}

/**
 * Asks for the whole screen, in a frame alone: a page of its own has it. A browser, a frame without
 * `allow="fullscreen"` or a person may refuse, and then it goes on without. To be called in a tap.
 */
export async function fillScreen(): Promise<void> {
  if (window.parent === window || !document.fullscreenEnabled) return;
  await document.documentElement.requestFullscreen({ navigationUI: 'hide' }).catch(() => undefined);
}

export function leaveFullScreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
}

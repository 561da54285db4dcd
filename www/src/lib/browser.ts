// What kind of browser this is, where that changes what a person has to do.

/** A phone or tablet, by its pointer. */
export const isPhone = () => matchMedia('(pointer: coarse)').matches;

/** The person's language, as far as the browser tells. */
export const browserLanguage = (): string => navigator.language || navigator.languages?.[0] || 'en';

/** What the browser calls itself; some in-app browsers say nothing. */
export const userAgent = (): string => navigator.userAgent ?? '';

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

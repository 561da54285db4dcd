// Facts about the browser that change what the person has to do.

/** Whether this is a phone or tablet, judged by its pointer. */
export const isPhone = () => matchMedia('(pointer: coarse)').matches;

/** The state of the camera permission; null if the browser does not report it. */
export async function cameraPermission(): Promise<PermissionState | null> {
  const query = navigator.permissions?.query?.({ name: 'camera' as PermissionName });
  return (await query?.then(({ state }) => state).catch(() => null)) ?? null;
}

/** The person's language, or English if the browser does not report one. */
export const browserLanguage = (): string => navigator.language || navigator.languages?.[0] || 'en';

/** The user agent string; empty in some in-app browsers. */
export const userAgent = (): string => navigator.userAgent ?? '';

/**
 * Requests full screen if the page is in a frame; a top-level page already fills the window. The browser, a frame
 * without `allow="fullscreen"` or the person may refuse, and the page continues without it. Call it in a tap.
 */
export async function enterFullscreen(): Promise<void> {
  if (window.parent === window || !document.fullscreenEnabled) return;
  await document.documentElement.requestFullscreen({ navigationUI: 'hide' }).catch(() => undefined);
}

export function leaveFullscreen(): void {
  if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
}

// Ends the journey: notifies the host of the page, or sends the person on.

import type { SessionView, StatusView } from '../api/openapi.js';
import type { Glue } from '../engine/loader.js';
import type { Departure } from '../ui/host.js';

/** Whether the address replaces the page. An address of an app (`myapp://done`) opens the app and leaves the page. */
function isWebAddress(url: string): boolean {
  return /^https?:/i.test(url);
}

/**
 * Sends the person on. The module notifies frames and apps around the page; where it cannot run (`glue` null), the next
 * address is all there is. A framed page never opens an app: that is for the page around it.
 */
export function leave(glue: Pick<Glue, 'notifyHost'> | null, session: SessionView, { next }: StatusView): Departure {
  if (!next) return 'stays';
  const notified = glue?.notifyHost(next.info, session.signatureId, session.messageOrigins) ?? 0;
  const isFramed = window.parent !== window;
  if (session.iframe && glue && (isFramed || notified > 0)) return 'stays';
  const isWeb = isWebAddress(next.url);
  if (isFramed && !isWeb) return 'stays';
  location.assign(next.url);
  return isWeb ? 'left' : 'opened_app';
}

// Ends the journey: notifies the host of the page, or sends the person on.

import type { SessionView, StatusView } from '../api/openapi.js';
import type { Glue } from '../engine/loader.js';

/**
 * Sends the person on; returns false if the page stays. The module notifies frames and apps around the page; where it
 * cannot run (`glue` null), the next address is all there is.
 */
export function leave(glue: Pick<Glue, 'notifyHost'> | null, session: SessionView, { next }: StatusView): boolean {
  if (!next) return false;
  const notified = glue?.notifyHost(next.info, session.signatureId, session.messageOrigins) ?? 0;
  const isFramed = window.parent !== window;
  if (session.iframe && glue && (isFramed || notified > 0)) return false;
  location.assign(next.url);
  return true;
}

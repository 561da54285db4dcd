// The end of the journey: a message to whoever shows the page, or the way back.

import type { SessionView, StatusView } from '../api/openapi.js';
import type { Glue } from '../engine/loader.js';

/**
 * Sends the person on; false where the page stays. The module tells frames and apps around the page; where it cannot
 * run (`glue` null) the way back is all there is.
 */
export function leave(glue: Pick<Glue, 'notifyHost'> | null, session: SessionView, { next }: StatusView): boolean {
  if (!next) return false;
  const heard = glue?.notifyHost(next.info, session.signatureId, session.messageOrigins) ?? 0;
  const isFramed = window.parent !== window;
  if (session.iframe && glue && (isFramed || heard > 0)) return false;
  location.assign(next.url);
  return true;
}

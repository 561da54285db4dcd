// The end of the journey: a message to whoever frames the page, or the way back.

import type { Session, Status } from './service.js';

/** Sends the person on; false where there is nowhere to go. */
export function leave(session: Session, { next }: Status): boolean {
  if (!next) return false;
  if (!session.iframe || window.parent === window) {
    location.assign(next.url);
    return true;
  }
  // The browser delivers to the origins that the integrator named, and to no other.
  const message = JSON.stringify({ info: next.info, signatureId: session.signatureId });
  for (const origin of session.messageOrigins) window.parent.postMessage(message, origin);
  return session.messageOrigins.length > 0;
}

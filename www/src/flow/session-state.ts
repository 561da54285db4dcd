// What the states of a session and of its handoff link mean for the journey.

import type { StatusView } from '../api/openapi.js';

/** Whether the session has ended. */
export function isOver({ state }: StatusView): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'expired';
}

/** Whether the session accepts another attempt. */
export function acceptsAttempt({ state }: StatusView): boolean {
  return state === 'open' || state === 'retry';
}

/** Whether a second device has opened the handoff link, so that the first one shows its page. */
export function isLinkOpened({ handoff }: StatusView): boolean {
  return handoff?.state === 'claimed' || handoff?.state === 'confirmed' || handoff?.state === 'voided';
}

/** Whether the second device waits for the first one's confirmation. */
export function awaitsConfirmation(status: StatusView): boolean {
  return !status.active && acceptsAttempt(status) && status.handoff?.state === 'claimed';
}

// What the states of a session and of its handoff link mean for the journey.

import type { CrossDevice, HandoffState, StatusView } from '../api/openapi.js';
import type { HandoffStage } from '../ui/handoff-stage.js';

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

/**
 * What the first device shows for this state of the link. While an attempt is being scored, the link's state no longer
 * matters.
 */
export function handoffStage(link: HandoffState, isScoring: boolean): HandoffStage {
  if (isScoring || link === 'confirmed') return 'started';
  return ({ waiting: 'link', claimed: 'compare', voided: 'link_voided', ended: 'link_ended' } as const)[link];
}

/** Whether the second device waits for the first one's confirmation. */
export function awaitsConfirmation(status: StatusView): boolean {
  return !status.active && acceptsAttempt(status) && status.handoff?.state === 'claimed';
}

/** Where the start page offers the phone. */
export type PhonePlace = 'beside' | 'first' | null;

/** A computer without a camera offers the phone first. */
export function phonePlace(crossDevice: CrossDevice, isPhone: boolean, hasCamera: boolean): PhonePlace {
  if (isPhone || (crossDevice !== 'offer' && crossDevice !== 'first')) return null;
  return crossDevice === 'first' || !hasCamera ? 'first' : 'beside';
}

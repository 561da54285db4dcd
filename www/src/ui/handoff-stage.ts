// The stages of a handoff on the first device.

/**
 * What the first device of a handoff shows: the link and its code, that the link has ended, that two devices opened it, the
 * number to compare with the second device's, or that the second device has started.
 */
export type HandoffStage = 'link' | 'link_ended' | 'link_voided' | 'compare' | 'started';

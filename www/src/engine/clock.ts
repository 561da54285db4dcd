// The clock of a capture.

/**
 * Unix ms on the monotonic clock that the engine's frames use too (`now` in src/web/js/object.rs). It behaves like
 * theirs while the device sleeps, and does not jump when the device's time is set. `Date` may differ from it by much.
 */
export const now = (): number => performance.timeOrigin + performance.now();

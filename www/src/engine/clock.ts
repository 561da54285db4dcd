// The one clock of a capture.

/**
 * Unix ms on the monotonic clock, as the engine's frames have it (`now` in src/web/js/object.rs): it stands still or goes
 * on as they do while a device sleeps, and does not jump when somebody sets the device's time. `Date` may be far off it.
 */
export const now = (): number => performance.timeOrigin + performance.now();

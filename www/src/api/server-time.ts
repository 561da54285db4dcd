// Measures the offset between the service's clock and the clock of the frames.

import { now } from '../engine/clock.js';

/** A response with the service's time, Unix ms. */
interface Timed {
  serverTime: number;
}

/**
 * Sends a request and adds how far the service's clock is ahead of `clock`, ms. The response was written at some moment
 * between request and arrival; the midpoint is the best estimate. `clock` defaults to the clock of the frames.
 */
export async function withClockOffset<Response extends Timed>(
  request: () => Promise<Response>,
  clock: () => number = now,
): Promise<Response & { clockOffset: number }> {
  const sent = clock();
  const response = await request();
  return { ...response, clockOffset: response.serverTime - (sent + clock()) / 2 };
}

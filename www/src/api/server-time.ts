// What the service's clock is ahead of that of the frames.

import { now } from '../engine/clock.js';

/** An answer that tells the service's time, Unix ms. */
interface Timed {
  serverTime: number;
}

/**
 * Asks, and adds what the service's clock is ahead of this one, ms. The answer was written somewhere between the two
 * moments in which it was asked for and came; the middle is the likeliest. `clock`: that of the frames.
 */
export async function withOffset<Answer extends Timed>(
  ask: () => Promise<Answer>,
  clock: () => number = now,
): Promise<Answer & { clockOffset: number }> {
  const asked = clock();
  const answer = await ask();
  return { ...answer, clockOffset: answer.serverTime - (asked + clock()) / 2 };
}

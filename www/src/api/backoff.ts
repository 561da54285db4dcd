// When to ask again: the one back-off of the page, for every request. No clock and no randomness of its own.

/** The first pause after a failure, s, and the shortest one however soon an answer asks for the next request. */
export const FIRST_PAUSE_SECONDS = 1;
/** The longest pause that the page takes by itself, s. */
const LONGEST_PAUSE_SECONDS = 30;
/** The longest pause that an answer can ask for, s: a proxy's "in a year" must not end the session. */
export const LONGEST_WISH_SECONDS = 120;
/** How far a pause is moved by chance, as a share of it: many devices are not to come back at the same moment. */
const JITTER = 0.25;
/** Requests of a poll start no more often than this, ms, however fast a proxy answers that does not hold them. */
const LEAST_INTERVAL_MS = 1_000;

/** The three forms of an HTTP date (RFC 9110, 5.6.7); everything else that `Date.parse` takes is a browser's own. */
const HTTP_DATE = /^(?:[A-Z][a-z]{2,8}, .+ GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/**
 * What `Retry-After` asks for, s: seconds, or a date against `now` (Unix ms). Null for what is neither; never negative
 * and never more than `LONGEST_WISH_SECONDS`.
 */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  let seconds = Number.NaN;
  if (/^\d+$/.test(text)) seconds = Number(text);
  // The second form names no zone, and means GMT.
  else if (HTTP_DATE.test(text)) seconds = (Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - now) / 1000;
  // A number of 400 digits is infinite: that is no wish either.
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), LONGEST_WISH_SECONDS) : null;
}

/**
 * How long to pause after a failure, ms: twice as long each time up to a limit, and no shorter than the answer asks.
 *
 * @param failures those before this one, since the last answer or since something brought the network back
 * @param wanted what the answer asks for, s; whatever is no finite number asks for nothing
 * @param random drawn from 0 to 1 for each call
 */
export function pauseAfterFailure(failures: number, wanted: number | null, random: number): number {
  const doubled = Math.min(FIRST_PAUSE_SECONDS * 2 ** Math.max(0, failures), LONGEST_PAUSE_SECONDS);
  const moved = doubled * (1 + JITTER * (2 * random - 1));
  const wish = wanted !== null && Number.isFinite(wanted) ? Math.min(wanted, LONGEST_WISH_SECONDS) : 0;
  return 1000 * Math.max(moved, wish, FIRST_PAUSE_SECONDS);
}

/** How long to pause after an answer to a poll, ms; `held` is how long the service held the request, ms. */
export function pauseAfterAnswer(held: number): number {
  return Math.min(Math.max(LEAST_INTERVAL_MS - held, 0), LEAST_INTERVAL_MS);
}

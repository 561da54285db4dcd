// When to send the next request: the page's only back-off. Pure: the caller passes the time and the random number.

/** The first pause after a failure, s; also the shortest one, however soon a response asks for the next request. */
export const INITIAL_PAUSE_SECONDS = 1;
/** The longest pause unless a response asks for a longer one, s. */
const MAX_PAUSE_SECONDS = 30;
/** The longest pause that a response can ask for, s: a proxy's "in a year" must not end the session. */
export const MAX_RETRY_AFTER_SECONDS = 120;
/** Random variation of a pause, as a share of it, so that many devices do not come back at the same moment. */
const JITTER = 0.25;
/** The shortest interval between the starts of two polls, ms, for proxies that answer instead of holding a request. */
const MIN_POLL_INTERVAL_MS = 1_000;

/**
 * The three forms of an HTTP date (RFC 9110, 5.6.7). `Date.parse` also accepts formats that only some browsers know.
 */
const HTTP_DATE = /^(?:[A-Z][a-z]{2,8}, .+ GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/;

/**
 * Parses `Retry-After`, s: a number of seconds, or a date relative to `now` (Unix ms). Returns null for anything else,
 * and otherwise 0 to `MAX_RETRY_AFTER_SECONDS`.
 */
export function retryAfterSeconds(header: string | null, now: number): number | null {
  const text = header?.trim() ?? '';
  let seconds = Number.NaN;
  if (/^\d+$/.test(text)) seconds = Number(text);
  // The asctime form has no time zone and means GMT.
  else if (HTTP_DATE.test(text)) seconds = (Date.parse(text.endsWith('GMT') ? text : `${text} GMT`) - now) / 1000;
  // A number of 400 digits parses as infinity and is ignored.
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), MAX_RETRY_AFTER_SECONDS) : null;
}

/**
 * The pause after a failure, ms: doubles with each failure up to a limit, and is at least as long as the response asks.
 *
 * @param failures failures before this one, since the last response or since the network came back
 * @param retryAfter what the response asks for, s; anything but a finite number is ignored
 * @param random from 0 to 1, drawn anew for each call
 */
export function pauseAfterFailure(failures: number, retryAfter: number | null, random: number): number {
  const doubled = Math.min(INITIAL_PAUSE_SECONDS * 2 ** Math.max(0, failures), MAX_PAUSE_SECONDS);
  const jittered = doubled * (1 + JITTER * (2 * random - 1));
  const isValid = retryAfter !== null && Number.isFinite(retryAfter);
  const requested = isValid ? Math.min(retryAfter, MAX_RETRY_AFTER_SECONDS) : 0;
  return 1000 * Math.max(jittered, requested, INITIAL_PAUSE_SECONDS);
}

/** The pause after a response to a poll, ms; `held` is how long the service held the request, ms. */
export function pauseAfterResponse(held: number): number {
  return Math.min(Math.max(MIN_POLL_INTERVAL_MS - held, 0), MIN_POLL_INTERVAL_MS);
}

// Reading an answer to a request: the service's own, or something that stood in its way.

import { retryAfterSeconds } from './backoff.js';
import type { EnvelopeValue as Envelope, StatusCode } from './openapi.js';

/** What a request can fail with: a code of the service, or what the page makes of an answer that is none of its. */
export type FailureCode = StatusCode | 'NETWORK' | 'UNAVAILABLE' | 'FOREIGN' | 'ENDED' | 'ORIGIN_REFUSED';

/** A request that did not succeed. */
export class ServiceError extends Error {
  /**
   * The service's code. `NETWORK` when there was no answer; for one that is not the service's `UNAVAILABLE` if it says
   * "not now", as the proxy of a service that is away does, else `FOREIGN`.
   */
  readonly code: FailureCode;
  /** Seconds for which the page is to wait at least before it asks again; null: asking again is of no use. */
  readonly retryAfter: number | null;

  constructor(code: FailureCode, message: string, retryAfter: number | null) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** What came back. */
export interface Answer {
  status: number;
  text: string;
  retryAfter: string | null;
  /** The time by which a date in `retryAfter` is meant, Unix ms. */
  now: number;
}

/** Statuses that say "not now", whoever sends them: too slow, too early, too often. */
const PASSING = [408, 425, 429];

/**
 * The envelope of `crates/protocol`; null for everything else: a proxy's page, the sign-in page of a network, the JSON
 * of a gateway, nothing at all.
 */
function envelopeOf(text: string): Envelope | null {
  try {
    const read: Partial<Envelope> | null = JSON.parse(text);
    if (typeof read !== 'object' || read === null || !('data' in read)) return null;
    return typeof read.code === 'string' && /^[A-Z][A-Z_]+$/.test(read.code) ? (read as Envelope) : null;
  } catch {
    return null;
  }
}

/**
 * The data of an answer, of the type that the document gives it. Throws a `ServiceError` for every answer that is not a
 * success of the service's own.
 */
export function readAnswer<Data>({ status, text, retryAfter, now }: Answer): Data {
  const envelope = envelopeOf(text);
  const wish = retryAfterSeconds(retryAfter, now);
  const isBusy = PASSING.includes(status) || status >= 500;
  if (!envelope) {
    const code = isBusy ? 'UNAVAILABLE' : 'FOREIGN';
    throw new ServiceError(code, `HTTP ${status}, and not the service's answer`, wish ?? 0);
  }
  const { code, message, data } = envelope;
  if (code === 'SUCCESS') return data as Data;
  // A header that cannot be read says all the same that there is a later.
  const passes = retryAfter !== null || isBusy;
  throw new ServiceError(code, String(message ?? `HTTP ${status}`), wish ?? (passes ? 0 : null));
}

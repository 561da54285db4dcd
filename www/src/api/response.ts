// Parses the response to a request: the service's own, or one from something between it and the page.

import { retryAfterSeconds } from './backoff.js';
import type { EnvelopeValue as Envelope, StatusCode } from './openapi.js';

/** Why a request failed: a code of the service, or the page's own for a response that is not the service's. */
export type FailureCode = StatusCode | 'NETWORK' | 'UNAVAILABLE' | 'FOREIGN' | 'ENDED' | 'ORIGIN_REFUSED';

/** A failed request. */
export class ServiceError extends Error {
  /**
   * The service's code. `NETWORK` if there was no response. For a response that is not the service's: `UNAVAILABLE` if
   * it means "not now", as from the proxy of a service that is down, otherwise `FOREIGN`.
   */
  readonly code: FailureCode;
  /** The least number of seconds before the next try; null if retrying cannot help. */
  readonly retryAfter: number | null;

  constructor(code: FailureCode, message: string, retryAfter: number | null) {
    super(message);
    this.code = code;
    this.retryAfter = retryAfter;
  }
}

/** A response as it arrived. */
export interface RawResponse {
  status: number;
  text: string;
  retryAfter: string | null;
  /** The time to which a date in `retryAfter` refers, Unix ms. */
  now: number;
}

/** Statuses that mean "not now", from any sender: too slow, too early, too often. */
const TRANSIENT_STATUSES = [408, 425, 429];

/**
 * The envelope of `crates/protocol`; null for everything else: a proxy's page, a captive portal, a gateway's JSON, an
 * empty body.
 */
function parseEnvelope(text: string): Envelope | null {
  try {
    const envelope: Partial<Envelope> | null = JSON.parse(text);
    if (typeof envelope !== 'object' || envelope === null || !('data' in envelope)) return null;
    return typeof envelope.code === 'string' && /^[A-Z][A-Z_]+$/.test(envelope.code) ? (envelope as Envelope) : null;
  } catch {
    return null;
  }
}

/**
 * The data of a response, of the type in the OpenAPI document. Throws a `ServiceError` unless the response is the
 * service's own and successful.
 */
export function parseResponse<ResponseData>({ status, text, retryAfter, now }: RawResponse): ResponseData {
  const envelope = parseEnvelope(text);
  const delay = retryAfterSeconds(retryAfter, now);
  const isTransient = TRANSIENT_STATUSES.includes(status) || status >= 500;
  if (!envelope) {
    const code = isTransient ? 'UNAVAILABLE' : 'FOREIGN';
    throw new ServiceError(code, `HTTP ${status}, not a response of the service`, delay ?? 0);
  }
  const { code, message, data } = envelope;
  if (code === 'SUCCESS') return data as ResponseData;
  // A `Retry-After` that cannot be parsed still means that a retry may help.
  const canRetry = retryAfter !== null || isTransient;
  throw new ServiceError(code, String(message ?? `HTTP ${status}`), delay ?? (canRetry ? 0 : null));
}

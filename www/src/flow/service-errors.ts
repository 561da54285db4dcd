// Errors of the service as errors of this package, which events and promises report.

import type { ServiceError } from '../api/client.js';
import type { FailureCode } from '../api/response.js';
import type { CaptureFailure, ErrorCode } from '../engine/errors.js';

/** The stable code and the recovery for a code of the service; all others are `service`. */
const KNOWN: Partial<Record<FailureCode, { code: ErrorCode; recoverable: boolean }>> = {
  SESSION_EXPIRED: { code: 'session_expired', recoverable: false },
  IAM_FAILED: { code: 'session_unknown', recoverable: false },
  SESSION_FINISHED: { code: 'session_finished', recoverable: false },
  TRY_LIMIT_REACHED: { code: 'session_finished', recoverable: false },
  NONCE_EXPIRED: { code: 'attempt_expired', recoverable: true },
  ORIGIN_REFUSED: { code: 'origin_refused', recoverable: false },
};

/** The `error` event's detail for an error of the service, whose own code is the cause. */
export function toCaptureFailure({ code, message, retryAfter }: ServiceError): CaptureFailure {
  const known = KNOWN[code] ?? { code: 'service' as const, recoverable: retryAfter !== null };
  return { name: 'CaptureError', ...known, message, cause: code };
}

/** Whether no attempt is possible any more; the session's status then has the next address. */
export function endsSession({ code }: ServiceError): boolean {
  return code === 'TRY_LIMIT_REACHED' || code === 'SESSION_FINISHED' || code === 'SESSION_EXPIRED';
}

// Errors of the service as errors of this package, which events and promises report.

import type { ServiceError } from '../api/client.js';
import type { CaptureFailure } from '../engine/errors.js';

/** The `error` event's detail for an error of the service. */
export function toCaptureFailure({ code, message, retryAfter }: ServiceError): CaptureFailure {
  const known = { SESSION_EXPIRED: 'session_expired', IAM_FAILED: 'session_unknown' } as const;
  const stable = known[code as keyof typeof known] ?? 'service';
  return { name: 'CaptureError', code: stable, message, recoverable: retryAfter !== null, cause: code };
}

/** Whether no attempt is possible any more; the session's status then has the next address. */
export function endsSession({ code }: ServiceError): boolean {
  return code === 'TRY_LIMIT_REACHED' || code === 'SESSION_FINISHED' || code === 'SESSION_EXPIRED';
}

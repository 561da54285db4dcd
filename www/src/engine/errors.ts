// Failures as the page meets them: errors to throw, details of events, lines in the console.

import { type CaptureFailure, type ErrorCode, FAILURES } from './types.js';

export type { CaptureFailure, ErrorCode } from './types.js';

/** What the functions of this package reject with. */
export class CaptureError extends Error implements CaptureFailure {
  override readonly name = 'CaptureError';
  override readonly cause: unknown;
  /** A stable code: tell failures apart by it, never by the message. */
  readonly code: ErrorCode;
  /** Whether trying again on this device can help. */
  readonly recoverable: boolean;

  constructor({ code, message, recoverable, cause }: Omit<CaptureFailure, 'name'>) {
    super(message);
    this.code = code;
    this.recoverable = recoverable;
    this.cause = cause;
  }
}

/** Whether it is a failure of ours, of whichever copy of this package and whichever window. */
export function isCaptureError(error: unknown): error is CaptureFailure {
  return (error as Partial<CaptureFailure> | null)?.name === 'CaptureError';
}

/** A failure from where the Rust module, which words all others, is not running. */
export function ownError(code: keyof typeof FAILURES, cause: unknown = null): CaptureError {
  return new CaptureError({ code, ...FAILURES[code], cause });
}

/** Options that make no sense; `message` names the one. */
export function optionsError(message: string): CaptureError {
  return new CaptureError({ code: 'invalid_options', message, recoverable: false, cause: null });
}

/** Any thrown thing as the failure that events carry; what has no code of ours is `internal`. */
export function asFailure(error: unknown): CaptureFailure {
  if (error instanceof RangeError) return plain(optionsError(error.message));
  if (isCaptureError(error)) return plain(error);
  return plain(ownError('internal', String(error)));
}

/** As an event's detail: what can be cloned and written as JSON. */
function plain({ code, message, recoverable, cause }: CaptureFailure): CaptureFailure {
  return { name: 'CaptureError', code, message, recoverable, cause: cause ?? null };
}

/** Failures that whoever runs the page can mend, not the person before it. */
const MISTAKES: ErrorCode[] = [
  'asset_load_failed',
  'asset_timeout',
  'worker_blocked',
  'no_wasm',
  'invalid_options',
  'internal',
];

/** Tells developers of a failure and its cause. */
export function logFailure(who: string, { code, message, cause }: CaptureFailure): void {
  const line = `${who} ${code}: ${message}${cause ? ` (${String(cause)})` : ''}`;
  if (MISTAKES.includes(code)) console.error(line);
  else console.warn(line);
}

/** The same as an error to throw. */
export function asError(error: unknown): CaptureError {
  return error instanceof CaptureError ? error : new CaptureError(asFailure(error));
}

// Errors of a capture, as exceptions and as event details.

import { type CaptureFailure, type ErrorCode, FAILURES } from './types.js';

export type { CaptureFailure, ErrorCode } from './types.js';

/** The error with which the functions of this package reject. */
export class CaptureError extends Error implements CaptureFailure {
  override readonly name = 'CaptureError';
  override readonly cause: unknown;
  /** A stable code. Use it, not the message, to distinguish errors. */
  readonly code: ErrorCode;
  /** Whether a retry on this device can help. */
  readonly recoverable: boolean;

  constructor({ code, message, recoverable, cause }: Omit<CaptureFailure, 'name'>) {
    super(message);
    this.code = code;
    this.recoverable = recoverable;
    this.cause = cause;
  }
}

/** Whether the value is an error of this package, from any copy of it and any window. */
export function isCaptureError(error: unknown): error is CaptureFailure {
  return (error as Partial<CaptureFailure> | null)?.name === 'CaptureError';
}

/** An error raised outside the Rust module, which raises all others. */
export function captureError(code: keyof typeof FAILURES, cause: unknown = null): CaptureError {
  return new CaptureError({ code, ...FAILURES[code], cause });
}

/** The error for an invalid option, which `message` names. */
export function optionsError(message: string): CaptureError {
  return new CaptureError({ code: 'invalid_options', message, recoverable: false, cause: null });
}

/** Converts any thrown value to an event's detail; without one of our codes it is `internal`. */
export function asFailure(error: unknown): CaptureFailure {
  if (error instanceof RangeError) return plain(optionsError(error.message));
  if (isCaptureError(error)) return plain(error);
  return plain(captureError('internal', String(error)));
}

/** A plain object, which can be cloned and serialised. */
function plain({ code, message, recoverable, cause }: CaptureFailure): CaptureFailure {
  return { name: 'CaptureError', code, message, recoverable, cause: cause ?? null };
}

/** Converts any thrown value to a `CaptureError`. */
export function asError(error: unknown): CaptureError {
  return error instanceof CaptureError ? error : new CaptureError(asFailure(error));
}

// Logs errors for developers: one console message each, with its cause and cure.

import type { CaptureFailure, ErrorCode } from './errors.js';

/** Errors that the operator of the page can fix, not the person in front of it. */
const DEPLOYMENT_ERRORS: ErrorCode[] = [
  'asset_load_failed',
  'asset_timeout',
  'worker_blocked',
  'no_wasm',
  'invalid_options',
  'origin_refused',
  'internal',
];

async function cure(failure: CaptureFailure): Promise<string | null> {
  const { cureOf } = await import('./cures.js');
  const { origin } = globalThis.location;
  return cureOf(failure, { origin, isFramed: globalThis.parent !== globalThis.window });
}

/** Logs an error, with its cure if there is one. `always`: also an error without a cure. */
export async function logFailure(prefix: string, failure: CaptureFailure, always = true): Promise<void> {
  const { code, message, cause } = failure;
  // The error is more important than its cure, whose script may not load either.
  const found = await cure(failure).catch(() => null);
  if (!found && !always) return;
  const line = `${prefix} ${code}: ${message}${cause ? ` (${String(cause)})` : ''}${found ? ` ${found}` : ''}`;
  if (DEPLOYMENT_ERRORS.includes(code)) console.error(line);
  else console.warn(line);
}

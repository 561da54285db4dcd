/** The stable codes of failures: those of the Rust module, and those that arise where it is not running. */
export type ErrorCode =
  | 'insecure_context'
  | 'no_media_devices'
  | 'permission_denied'
  | 'permission_policy_blocked'
  | 'no_camera'
  | 'camera_in_use'
  | 'overconstrained'
  | 'stream_interrupted'
  | 'no_frames'
  | 'asset_load_failed'
  | 'asset_timeout'
  | 'worker_blocked'
  | 'capture_timeout'
  | 'internal'
  | 'no_wasm'
  | 'invalid_options'
  | 'unsupported_image'
  | 'cancelled'
  | 'session_expired'
  | 'session_unknown'
  | 'service';

/** What every failure of a capture looks like, in events and as an error. */
export interface CaptureFailure {
  name: 'CaptureError';
  code: ErrorCode;
  /** A sentence for the person at the screen. */
  message: string;
  /** Whether trying again on this device can help. */
  recoverable: boolean;
  /** What the browser said, for developers. */
  cause: unknown;
}

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

const OWN = {
  no_wasm: ['This browser cannot run this page. Open it in an up-to-date browser.', false],
  asset_load_failed: ['A part of this page did not load correctly. Reload the page.', true],
  asset_timeout: ['Loading took too long. Check the connection, then try again.', true],
  no_frames: ['The camera is on but sends no picture. Close other apps that use it, or choose another camera.', true],
  stream_interrupted: ['The camera stopped. Check that it is connected, then try again.', true],
  worker_blocked: ['The policy of this website does not let the check start. Tell its owner.', false],
  cancelled: ['The capture was cancelled.', true],
} as const satisfies Partial<Record<ErrorCode, [message: string, recoverable: boolean]>>;

/** A failure from where the Rust module, which words all others, is not running. */
export function ownError(code: keyof typeof OWN, cause: unknown = null): CaptureError {
  const [message, recoverable] = OWN[code];
  return new CaptureError({ code, message, recoverable, cause });
}

/** Options that make no sense; `message` names the one. */
export function optionsError(message: string): CaptureError {
  return new CaptureError({ code: 'invalid_options', message, recoverable: false, cause: null });
}

/** Any thrown thing as the failure that events carry; what has no code of ours is `internal`. */
export function asFailure(error: unknown): CaptureFailure {
  if (error instanceof RangeError) return plain(optionsError(error.message));
  if (isCaptureError(error)) return plain(error);
  const message = 'Something went wrong on this page. Try again.';
  return { name: 'CaptureError', code: 'internal', message, recoverable: true, cause: String(error) };
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

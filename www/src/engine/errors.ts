/** What every failure of a capture looks like. The codes are those of the Rust module, `no_wasm` and `invalid_options`. */
export interface CaptureFailure {
  name: 'CaptureError';
  /** Stable snake_case code. */
  code: string;
  /** A sentence for the person at the screen. */
  message: string;
  /** Whether trying again on this device can help. */
  recoverable: boolean;
  /** What the browser said, for developers. */
  cause: unknown;
}

const loading = {
  no_wasm: {
    message: 'This browser cannot run this page. Open it in an up-to-date browser.',
    recoverable: false,
  },
  asset_load_failed: { message: 'A part of this page did not load correctly. Reload the page.', recoverable: true },
  asset_timeout: { message: 'Loading took too long. Check the connection, then try again.', recoverable: true },
};

/** Thrown while the engine loads: the Rust module, which words all other errors, is not there yet. */
export class LoadError extends Error implements CaptureFailure {
  override readonly name = 'CaptureError';
  override readonly cause: string;
  readonly code: string;
  readonly recoverable: boolean;

  constructor(code: keyof typeof loading, cause: string) {
    super(loading[code].message);
    this.cause = cause;
    this.code = code;
    this.recoverable = loading[code].recoverable;
  }
}

/** Any thrown thing as the failure that events carry; what has no code of ours is `internal`. */
export function asFailure(error: unknown): CaptureFailure {
  if (error instanceof RangeError) {
    return { name: 'CaptureError', code: 'invalid_options', message: error.message, recoverable: false, cause: null };
  }
  const known = error as Partial<CaptureFailure> | null;
  return {
    name: 'CaptureError',
    code: known?.code ?? 'internal',
    message: known?.code ? (known.message ?? '') : 'Something went wrong on this page. Try again.',
    recoverable: known?.recoverable ?? true,
    cause: known?.code ? (known.cause ?? null) : String(error),
  };
}

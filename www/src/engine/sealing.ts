// Loads the small wasm module that seals uploads.

import { sealing } from '../../../pkg/assets.js';
import { fetchAsset } from './assets.js';
import { asError, captureError } from './errors.js';
import type { LoadOptions } from './load-options.js';
import { assetUrl } from './loader.js';

/** The initialised module. */
export type SealingGlue = typeof import('../../../pkg/glue/sealing.js');

/** Reset after a failure, so that it can be loaded again. */
let loading: Promise<SealingGlue> | null = null;

async function load(options: LoadOptions): Promise<SealingGlue> {
  const url = assetUrl(sealing, undefined, options);
  const [glue, bytes] = await Promise.all([
    import('../../../pkg/glue/sealing.js').catch((error) =>
      Promise.reject(captureError('asset_load_failed', String(error))),
    ),
    fetchAsset(sealing, { url, type: 'application/wasm', timeoutMs: options.timeoutMs, onBytes: () => undefined }),
  ]);
  await glue
    .default({ module_or_path: bytes })
    .catch((error) => Promise.reject(captureError('no_wasm', String(error))));
  return glue;
}

/** Fetches, verifies and initialises the module once. Rejects with a `CaptureError`. */
export function loadSealing(options: LoadOptions = {}): Promise<SealingGlue> {
  loading ??= load(options).catch((error) => {
    loading = null;
    throw asError(error);
  });
  return loading;
}

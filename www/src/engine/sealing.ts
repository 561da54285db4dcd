// Loading the module that seals what is sent to the service. Small, and of no use to those who send nothing.

import { sealing } from '../../../pkg/assets.js';
import { asError, ownError } from './errors.js';
import { fetchAsset } from './fetching.js';
import type { LoadOptions } from './load-options.js';
import { address } from './loader.js';

/** The module, ready for use. */
export type SealingGlue = typeof import('../../../pkg/glue/sealing.js');

/** One that failed is forgotten, so that it can be tried again. */
let loading: Promise<SealingGlue> | null = null;

async function load(options: LoadOptions): Promise<SealingGlue> {
  const url = address(sealing, undefined, options);
  const [glue, bytes] = await Promise.all([
    import('../../../pkg/glue/sealing.js').catch((error) =>
      Promise.reject(ownError('asset_load_failed', String(error))),
    ),
    fetchAsset(sealing, { url, type: 'application/wasm', timeoutMs: options.timeoutMs, onBytes: () => undefined }),
  ]);
  await glue.default({ module_or_path: bytes }).catch((error) => Promise.reject(ownError('no_wasm', String(error))));
  return glue;
}

/** Fetches, checks and starts it, once for all. Rejects with a `CaptureError`. */
export function loadSealing(options: LoadOptions = {}): Promise<SealingGlue> {
  loading ??= load(options).catch((error) => {
    loading = null;
    throw asError(error);
  });
  return loading;
}

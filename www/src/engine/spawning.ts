import { ownError } from './errors.js';
import type { LoadOptions } from './load-options.js';
import type { Engine } from './loader.js';

/** How a worker is started: its first message. */
export interface WorkerStart {
  module: WebAssembly.Module;
  model: ArrayBuffer;
  config: unknown;
}

/** Makes the worker of a capture and tells it how to start. Throws `asset_load_failed` where there can be none. */
export function spawnWorker({ module, model }: Engine, { workerSrc }: LoadOptions, config: unknown): Worker {
  let worker: Worker;
  try {
    worker =
      workerSrc === undefined
        ? new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
        : new Worker(workerSrc, { type: 'module' });
  } catch (error) {
    throw ownError('asset_load_failed', String(error));
  }
  const start: WorkerStart = { module, model, config };
  worker.postMessage(start);
  return worker;
}

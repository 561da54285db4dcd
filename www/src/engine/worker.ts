// The script of the worker: starts the Rust module and forwards messages to it.

import init, { CaptureWorker } from '../../../pkg/glue/nearfar.js';
import type { WorkerMessage } from './types.js';
import type { WorkerStart } from './worker-start.js';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: WorkerMessage) => scope.postMessage(message);
scope.addEventListener('unhandledrejection', (event) => {
  post({ kind: 'crashed', detail: String(event.reason) });
});

scope.onmessage = async ({ data }: MessageEvent<WorkerStart>) => {
  // Keep messages that arrive while the module starts.
  const early: MessageEvent[] = [];
  scope.onmessage = (event) => early.push(event);
  try {
    await init({ module_or_path: data.module });
    const capture = new CaptureWorker(new Uint8Array(data.model), data.config);
    scope.onmessage = (event) => capture.receive(event.data);
  } catch (error) {
    post({ kind: 'refused', detail: String(error) });
    return;
  }
  for (const event of early) scope.onmessage(event);
};
// The factory waits for this message before it uses the worker.
post({ kind: 'loaded' });

import init, { CaptureWorker } from '../../../pkg/glue/nearfar.js';
import type { WorkerStart } from './spawning.js';
import type { WorkerMessage } from './types.js';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const tell = (message: WorkerMessage) => scope.postMessage(message);
scope.addEventListener('unhandledrejection', (event) => {
  tell({ kind: 'crashed', detail: String(event.reason) });
});

scope.onmessage = async ({ data }: MessageEvent<WorkerStart>) => {
  // What comes while the module starts must not be lost.
  const early: MessageEvent[] = [];
  scope.onmessage = (event) => early.push(event);
  try {
    await init({ module_or_path: data.module });
    const capture = new CaptureWorker(new Uint8Array(data.model), data.config);
    scope.onmessage = (event) => capture.receive(event.data);
  } catch (error) {
    tell({ kind: 'refused', detail: String(error) });
    return;
  }
  for (const event of early) scope.onmessage(event);
};
// Whoever made it waits for this before anything else is done.
tell({ kind: 'loaded' });

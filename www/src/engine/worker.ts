// The script of the worker: starts the Rust module and forwards messages to it.

import init, { CaptureWorker } from '../../../pkg/glue/nearfar.js';
import type { WorkerMessage } from './types.js';
import type { WorkerPreparation, WorkerStart } from './worker-start.js';

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: WorkerMessage) => scope.postMessage(message);
scope.addEventListener('unhandledrejection', (event) => {
  post({ kind: 'crashed', detail: String(event.reason) });
});

async function start({ model }: WorkerPreparation, instantiated: Promise<unknown>, config: unknown): Promise<void> {
  // Keep messages that arrive while the module starts.
  const early: MessageEvent[] = [];
  scope.onmessage = (event) => early.push(event);
  try {
    await instantiated;
    const capture = new CaptureWorker(new Uint8Array(model), config);
    scope.onmessage = (event) => capture.receive(event.data);
  } catch (error) {
    post({ kind: 'refused', detail: String(error) });
    return;
  }
  for (const event of early) scope.onmessage(event);
}

scope.onmessage = ({ data }: MessageEvent<WorkerPreparation>) => {
  const instantiated = init({ module_or_path: data.module });
  // Reported by the start: nobody listens before it.
  instantiated.catch(() => undefined);
  scope.onmessage = (event: MessageEvent<WorkerStart>) => start(data, instantiated, event.data.config);
};
// The factory waits for this message before it uses the worker.
post({ kind: 'loaded' });

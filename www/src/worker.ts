import { type Build, importGlue } from './engine/loader.js';

/** How the window starts this worker: its first message. */
export interface WorkerStart {
  build: Build;
  module: WebAssembly.Module;
  model: ArrayBuffer;
  config: unknown;
}

const scope = self as unknown as DedicatedWorkerGlobalScope;
scope.addEventListener('unhandledrejection', (event) => {
  scope.postMessage({ kind: 'crashed', detail: String(event.reason) });
});

scope.onmessage = async ({ data }: MessageEvent<WorkerStart>) => {
  // What comes while the glue loads must not be lost.
  const early: MessageEvent[] = [];
  scope.onmessage = (event) => early.push(event);
  try {
    const glue = await importGlue(data.build);
    await glue.default({ module_or_path: data.module });
    const capture = new glue.WorkerCapture(new Uint8Array(data.model), data.config);
    scope.onmessage = (event) => capture.receive(event.data);
  } catch (error) {
    scope.postMessage({ kind: 'refused', detail: String(error) });
    return;
  }
  for (const event of early) scope.onmessage(event);
};

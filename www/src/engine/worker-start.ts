// The message that starts a worker.

export interface WorkerStart {
  module: WebAssembly.Module;
  model: ArrayBuffer;
  config: unknown;
}

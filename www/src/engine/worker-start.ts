// The messages that start a worker.

/** The first message: the worker instantiates the module, and waits. */
export interface WorkerPreparation {
  module: WebAssembly.Module;
  model: ArrayBuffer;
}

/** The second message: the worker begins a capture. */
export interface WorkerStart {
  config: unknown;
}

// Options for loading the engine.

/** The wasm builds, fastest first. */
export type Build = 'relaxed' | 'simd' | 'scalar';

/** Where to load the engine's files from, if not from their default place. */
export interface LoadOptions {
  /** The build to use instead of the best one that this browser runs. */
  build?: Build | undefined;
  /** The folder of the engine's files, with the names they have in the package's `dist/assets/`. */
  assetsUrl?: string | URL | undefined;
  /** The wasm module of `build` (by default the best one), or its address. */
  wasmSrc?: string | URL | WebAssembly.Module | undefined;
  /** The address of the model. */
  modelSrc?: string | URL | undefined;
  /** The address of the worker's script. Another origin needs CORS; see the README. */
  workerSrc?: string | URL | undefined;
  /** The time limit per file, ms. */
  timeoutMs?: number | undefined;
}

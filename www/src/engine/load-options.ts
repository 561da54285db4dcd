/** The wasm builds, fastest first. */
export type Build = 'relaxed' | 'simd' | 'scalar';

/** Where the engine's files are, for those who put them elsewhere. */
export interface LoadOptions {
  /** A build to use in place of the best one that runs here. */
  build?: Build | undefined;
  /** The folder of the engine's files, under the names that they have in the package's `dist/assets/`. */
  assetsUrl?: string | URL | undefined;
  /** The wasm of `build` (of the best one unless told), or its address. */
  wasmSrc?: string | URL | WebAssembly.Module | undefined;
  /** The address of the model. */
  modelSrc?: string | URL | undefined;
  /** The address of the worker's script: one of another origin needs CORS; see the README. */
  workerSrc?: string | URL | undefined;
  /** How long a file may take, ms. */
  timeoutMs?: number | undefined;
}

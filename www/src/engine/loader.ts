// Loads the engine: chooses the build, fetches its files, and shares the result.

import { relaxedSimd, simd } from 'wasm-feature-detect';
import { type Asset, builds, model } from '../../../pkg/assets.js';
import { fetchAsset } from './assets.js';
import { asError, captureError } from './errors.js';
import type { Build, LoadOptions } from './load-options.js';

export type Glue = typeof import('../../../pkg/glue/nearfar.js');

/** A loaded engine: compiled once, instantiated in the window and in each worker. */
export interface Engine {
  build: Build;
  glue: Glue;
  module: WebAssembly.Module;
  model: ArrayBuffer;
}

/** Also works without WebAssembly. */
function isModule(src: LoadOptions['wasmSrc']): src is WebAssembly.Module {
  return typeof WebAssembly === 'object' && src instanceof WebAssembly.Module;
}

type OnProgress = (loaded: number, total: number) => void;

async function bestBuild(): Promise<Build> {
  if (await relaxedSimd()) return 'relaxed';
  return (await simd()) ? 'simd' : 'scalar';
}

/** The URL of a file of the engine. */
export function assetUrl(asset: Asset, src: string | URL | undefined, { assetsUrl }: LoadOptions): URL {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (src !== undefined) return new URL(src, base);
  if (assetsUrl === undefined) return asset.url();
  const folder = new URL(assetsUrl, base);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return new URL(asset.file, folder);
}

async function compile(build: Build, options: LoadOptions, onBytes: (count: number) => void) {
  const { wasmSrc, timeoutMs } = options;
  if (isModule(wasmSrc)) return wasmSrc;
  const url = assetUrl(builds[build], wasmSrc, options);
  // Compiled while it arrives, and used only if its bytes turn out to be the right ones. Null if the browser does not
  // compile the response, for example because of its content type.
  let early: Promise<WebAssembly.Module | null> | null = null;
  const onResponse = (copy: Response) => {
    early = WebAssembly.compileStreaming?.(copy).catch(() => null) ?? null;
  };
  const bytes = await fetchAsset(builds[build], { url, type: 'application/wasm', timeoutMs, onBytes, onResponse });
  try {
    return (await early) ?? (await WebAssembly.compile(bytes));
  } catch (error) {
    // The bytes are right, so the browser or its policy refuses to compile them.
    throw captureError('no_wasm', String(error));
  }
}

/** Instantiates the module in this window or worker. */
async function instantiate(build: Build, options: LoadOptions, onBytes: (count: number) => void) {
  const [glue, module] = await Promise.all([
    // In the page's own script, since every capture needs it.
    import(/* webpackMode: "eager" */ '../../../pkg/glue/nearfar.js').catch((error) =>
      Promise.reject(captureError('asset_load_failed', String(error))),
    ),
    compile(build, options, onBytes),
  ]);
  await glue.default({ module_or_path: module });
  return { glue: glue as Glue, module };
}

async function chooseBuild({ build }: LoadOptions): Promise<Build> {
  if (typeof WebAssembly !== 'object') throw captureError('no_wasm', 'WebAssembly is not available');
  return build ?? (await bestBuild());
}

/** Loads the Rust module without the model, for callers that do not capture. */
export async function loadModule(options: LoadOptions = {}): Promise<Glue> {
  return (await instantiate(await chooseBuild(options), options, () => undefined)).glue;
}

async function load(options: LoadOptions, onProgress: OnProgress): Promise<Engine> {
  const build = await chooseBuild(options);
  const total = builds[build].bytes + model.bytes;
  let loaded = 0;
  const onBytes = (count: number) => {
    loaded += count;
    onProgress(loaded, total);
  };
  const { modelSrc, timeoutMs } = options;
  const [{ glue, module }, bytes] = await Promise.all([
    instantiate(build, options, onBytes),
    fetchAsset(model, { url: assetUrl(model, modelSrc, options), timeoutMs, onBytes }),
  ]);
  return { build, glue, module, model: bytes };
}

interface Loading {
  engine: Promise<Engine>;
  /** Progress listeners. */
  listeners: Set<OnProgress>;
}

/** Finished and pending loads by their options. A failed one is removed, so that it can be tried again. */
const loads = new Map<string, Loading>();
/** A number for each compiled module that a caller has passed. */
const modules = new WeakMap<WebAssembly.Module, number>();
let lastModule = 0;

function cacheKey(options: LoadOptions): string {
  const { wasmSrc, timeoutMs: _, ...others } = options;
  if (!isModule(wasmSrc)) return JSON.stringify([others, wasmSrc]);
  const number = modules.get(wasmSrc) ?? ++lastModule;
  modules.set(wasmSrc, number);
  return JSON.stringify([others, number]);
}

/** Fetches, verifies and instantiates the engine, once per set of options. Rejects with a `CaptureError`. */
export async function loadEngine(options: LoadOptions = {}, onProgress: OnProgress = () => undefined): Promise<Engine> {
  const key = cacheKey(options);
  let loading = loads.get(key);
  if (!loading) {
    const listeners = new Set<OnProgress>();
    const engine = load(options, (loaded, total) => {
      for (const listener of listeners) listener(loaded, total);
    });
    loading = { engine, listeners };
    loads.set(key, loading);
    engine.catch(() => loads.delete(key));
  }
  const { engine, listeners } = loading;
  listeners.add(onProgress);
  try {
    return await engine;
  } catch (error) {
    throw asError(error);
  } finally {
    listeners.delete(onProgress);
  }
}

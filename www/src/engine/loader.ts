// Loading the engine: which build, from where, and once for all who want the same.

import { relaxedSimd, simd } from 'wasm-feature-detect';
import { type Asset, builds, model } from '../../../pkg/assets.js';
import { asError, ownError } from './errors.js';
import { fetchAsset } from './fetching.js';
import type { Build, LoadOptions } from './load-options.js';

export type Glue = typeof import('../../../pkg/glue/nearfar.js');

/** A loaded engine: compiled once, started in the window and again in the worker. */
export interface Engine {
  build: Build;
  glue: Glue;
  module: WebAssembly.Module;
  model: ArrayBuffer;
}

/** Also where there is no WebAssembly at all. */
function isModule(src: LoadOptions['wasmSrc']): src is WebAssembly.Module {
  return typeof WebAssembly === 'object' && src instanceof WebAssembly.Module;
}

type OnProgress = (loaded: number, total: number) => void;

async function bestBuild(): Promise<Build> {
  if (await relaxedSimd()) return 'relaxed';
  return (await simd()) ? 'simd' : 'scalar';
}

/** Where a file of the engine is. */
export function address(asset: Asset, src: string | URL | undefined, { assetsUrl }: LoadOptions): URL {
  const base = globalThis.document?.baseURI ?? globalThis.location?.href;
  if (src !== undefined) return new URL(src, base);
  if (assetsUrl === undefined) return asset.url();
  const folder = new URL(assetsUrl, base);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return new URL(asset.file, folder);
}

async function compiled(build: Build, options: LoadOptions, onBytes: (count: number) => void) {
  const { wasmSrc, timeoutMs } = options;
  if (isModule(wasmSrc)) return wasmSrc;
  const url = address(builds[build], wasmSrc, options);
  const bytes = await fetchAsset(builds[build], { url, type: 'application/wasm', timeoutMs, onBytes });
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    // The bytes are the right ones, so it is the browser (or its policy) that cannot.
    throw ownError('no_wasm', String(error));
  }
}

/** Starts the module in this window or worker. */
async function started(build: Build, options: LoadOptions, onBytes: (count: number) => void) {
  const [glue, module] = await Promise.all([
    import('../../../pkg/glue/nearfar.js').catch((error) =>
      Promise.reject(ownError('asset_load_failed', String(error))),
    ),
    compiled(build, options, onBytes),
  ]);
  await glue.default({ module_or_path: module });
  return { glue: glue as Glue, module };
}

async function chosenBuild({ build }: LoadOptions): Promise<Build> {
  if (typeof WebAssembly !== 'object') throw ownError('no_wasm', 'WebAssembly is not there');
  return build ?? (await bestBuild());
}

/** The Rust module alone, for those who capture nothing. */
export async function loadModule(options: LoadOptions = {}): Promise<Glue> {
  return (await started(await chosenBuild(options), options, () => undefined)).glue;
}

async function load(options: LoadOptions, onProgress: OnProgress): Promise<Engine> {
  const build = await chosenBuild(options);
  const total = builds[build].bytes + model.bytes;
  let loaded = 0;
  const onBytes = (count: number) => {
    loaded += count;
    onProgress(loaded, total);
  };
  const { modelSrc, timeoutMs } = options;
  const [{ glue, module }, bytes] = await Promise.all([
    started(build, options, onBytes),
    fetchAsset(model, { url: address(model, modelSrc, options), timeoutMs, onBytes }),
  ]);
  return { build, glue, module, model: bytes };
}

interface Loading {
  engine: Promise<Engine>;
  /** Who wants to know how far it has come. */
  watchers: Set<OnProgress>;
}

/** Loads that are done or under way, by their options; one that fails is forgotten, so that it can be tried again. */
const loads = new Map<string, Loading>();
/** A number for each compiled module that was handed in. */
const modules = new WeakMap<WebAssembly.Module, number>();
let lastModule = 0;

function keyOf(options: LoadOptions): string {
  const { wasmSrc, timeoutMs: _, ...others } = options;
  if (!isModule(wasmSrc)) return JSON.stringify([others, wasmSrc]);
  const number = modules.get(wasmSrc) ?? ++lastModule;
  modules.set(wasmSrc, number);
  return JSON.stringify([others, number]);
}

/** Fetches, checks and starts the engine here, once for all who ask for the same. Rejects with a `CaptureError`. */
export async function loadEngine(options: LoadOptions = {}, onProgress: OnProgress = () => undefined): Promise<Engine> {
  const key = keyOf(options);
  let loading = loads.get(key);
  if (!loading) {
    const watchers = new Set<OnProgress>();
    const engine = load(options, (loaded, total) => {
      for (const watch of watchers) watch(loaded, total);
    });
    loading = { engine, watchers };
    loads.set(key, loading);
    engine.catch(() => loads.delete(key));
  }
  const { engine, watchers } = loading;
  watchers.add(onProgress);
  try {
    return await engine;
  } catch (error) {
    throw asError(error);
  } finally {
    watchers.delete(onProgress);
  }
}

import { relaxedSimd, simd } from 'wasm-feature-detect';
import assets from '../../../pkg/assets.json';
import { LoadError } from './errors.js';

/** The wasm builds, fastest first. */
export type Build = 'relaxed' | 'simd' | 'scalar';
export type Glue = typeof import('../../../pkg/scalar/nearfar.js');

/** A loaded engine: compiled once, started in the window and again in the worker. */
export interface Engine {
  build: Build;
  glue: Glue;
  module: WebAssembly.Module;
  model: ArrayBuffer;
}

export interface LoadOptions {
  /** A build to use in place of the best one that runs here. */
  build?: Build | undefined;
  /** Where the folder of the page's files is; the page's own folder unless told. */
  assetsUrl?: string | undefined;
  /** How long a file may take, ms. */
  timeoutMs?: number | undefined;
  /** Bytes that have come, of all. */
  onProgress?: ((loaded: number, total: number) => void) | undefined;
}

interface Asset {
  url: string;
  bytes: number;
  sha256: string;
}

/** The glue of a build; each is a chunk of its own, so only one is fetched. */
export function importGlue(build: Build): Promise<Glue> {
  switch (build) {
    case 'relaxed':
      return import('../../../pkg/relaxed/nearfar.js') as Promise<Glue>;
    case 'simd':
      return import('../../../pkg/simd/nearfar.js') as Promise<Glue>;
    case 'scalar':
      return import('../../../pkg/scalar/nearfar.js');
  }
}

async function bestBuild(): Promise<Build> {
  if (await relaxedSimd()) return 'relaxed';
  return (await simd()) ? 'simd' : 'scalar';
}

/** The Rust module alone, for those who capture nothing. */
export async function loadModule(options: LoadOptions = {}): Promise<Glue> {
  if (typeof WebAssembly !== 'object') throw new LoadError('no_wasm', 'WebAssembly is not there');
  const build = options.build ?? (await bestBuild());
  const wasm = fetchAsset(assets.builds[build], 'application/wasm', options, () => undefined).then(compile);
  const [glue, module] = await Promise.all([importGlue(build), wasm]);
  await glue.default({ module_or_path: module });
  return glue;
}

/** Fetches, checks and starts the engine in this window. */
export async function loadEngine(options: LoadOptions = {}): Promise<Engine> {
  if (typeof WebAssembly !== 'object') throw new LoadError('no_wasm', 'WebAssembly is not there');
  const build = options.build ?? (await bestBuild());
  const wasm = assets.builds[build];
  const total = wasm.bytes + assets.model.bytes;
  let loaded = 0;
  const onBytes = (count: number) => {
    loaded += count;
    options.onProgress?.(loaded, total);
  };
  const [glue, module, model] = await Promise.all([
    importGlue(build).catch((error) => Promise.reject(new LoadError('asset_load_failed', String(error)))),
    fetchAsset(wasm, 'application/wasm', options, onBytes).then(compile),
    fetchAsset(assets.model, undefined, options, onBytes),
  ]);
  await glue.default({ module_or_path: module });
  return { build, glue, module, model };
}

async function compile(bytes: ArrayBuffer): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    // The bytes are the right ones, so it is the browser (or its policy) that cannot.
    throw new LoadError('no_wasm', String(error));
  }
}

/** Fetches a file and makes sure that it is the very one that was built. */
async function fetchAsset(
  asset: Asset,
  type: string | undefined,
  { assetsUrl, timeoutMs = 20_000 }: LoadOptions,
  onBytes: (count: number) => void,
): Promise<ArrayBuffer> {
  const url = new URL(asset.url, new URL(assetsUrl ?? '.', document.baseURI));
  const altered = (what: string) => new LoadError('asset_load_failed', `${url.pathname}: ${what}`);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) throw altered(`HTTP ${response.status}`);
    const served = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    if (type ? served !== type : served.startsWith('text/')) {
      throw altered(`served as '${served}', not as '${type ?? 'application/octet-stream'}'`);
    }
    bytes = await read(response, asset.bytes, onBytes);
  } catch (error) {
    if (error instanceof LoadError) throw error;
    const slow = (error as Error).name === 'TimeoutError';
    throw slow
      ? new LoadError('asset_timeout', `${url.pathname}: not here after ${timeoutMs} ms`)
      : altered(String(error));
  }
  // Without a secure context there is no digest, and no camera either: that is then the error to tell.
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hex !== asset.sha256) throw altered(`${bytes.length} bytes with SHA-256 ${hex}, not ${asset.sha256}`);
  }
  return bytes.buffer;
}

async function read(response: Response, expected: number, onBytes: (count: number) => void) {
  const reader = response.body?.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  while (reader) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    length += value.length;
    // A page that a server sends in place of the file may be of any length.
    onBytes(Math.max(0, Math.min(value.length, expected - (length - value.length))));
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

// Fetching one file of the engine, and making sure that it is the very one that was built.

import type { Asset } from '../../../pkg/assets.js';
import { CaptureError, ownError } from './errors.js';

const PATIENCE_MS = 20_000;

/** Where a file is fetched from, and how. */
export interface Fetching {
  url: URL;
  /** Its type, where the browser cares. */
  type?: string | undefined;
  /** How long it may take, ms. */
  timeoutMs?: number | undefined;
  /** Told of every piece, bytes. */
  onBytes: (count: number) => void;
}

/** Fetches a file. Rejects with `asset_load_failed` or `asset_timeout`. */
export async function fetchAsset(asset: Asset, fetching: Fetching): Promise<ArrayBuffer> {
  const { url, type, timeoutMs = PATIENCE_MS, onBytes } = fetching;
  const altered = (what: string) => ownError('asset_load_failed', `${url.pathname}: ${what}`);
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
    if (error instanceof CaptureError) throw error;
    const slow = (error as Error).name === 'TimeoutError';
    throw slow ? ownError('asset_timeout', `${url.pathname}: not here after ${timeoutMs} ms`) : altered(String(error));
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

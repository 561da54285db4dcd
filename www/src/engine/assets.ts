// Fetches a file of the engine and verifies that it is the one that was built.

import type { Asset } from '../../../pkg/assets.js';
import { linkedAbort } from '../lib/abort.js';
import { CaptureError, captureError } from './errors.js';

const TIMEOUT_MS = 20_000;
/** Files whose content type was warned about. */
const warnedUrls = new Set<string>();

export interface AssetRequest {
  url: URL;
  /** The expected content type, if the browser cares. */
  type?: string | undefined;
  timeoutMs?: number | undefined;
  /** Called with the size of every chunk, bytes. */
  onBytes: (count: number) => void;
  /** Called with a copy of the response before its body arrives, and before it is verified. */
  onResponse?: ((copy: Response) => void) | undefined;
}

/** Fetches a file. Rejects with `asset_load_failed` or `asset_timeout`. */
export async function fetchAsset(asset: Asset, request: AssetRequest): Promise<ArrayBuffer> {
  const { url, type, timeoutMs = TIMEOUT_MS, onBytes, onResponse } = request;
  const loadFailed = (cause: string) => captureError('asset_load_failed', `${url.pathname}: ${cause}`);
  let bytes: Uint8Array<ArrayBuffer>;
  let served: string;
  // Safari supports AbortSignal.timeout from 16.
  const { signal, abort } = linkedAbort(null, timeoutMs);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw loadFailed(`HTTP ${response.status}`);
    served = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    onResponse?.(response.clone());
    bytes = await read(response, asset.bytes, onBytes);
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    throw signal.aborted
      ? captureError('asset_timeout', `${url.pathname}: not loaded after ${timeoutMs} ms`)
      : loadFailed(String(error));
  } finally {
    abort();
  }
  const mismatch = `served as '${served}', not as '${type ?? 'application/octet-stream'}'`;
  const isOtherType = type ? served !== type : served.startsWith('text/');
  // An insecure context has no digest, and no camera either, which is the error to report there.
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hex !== asset.sha256)
      throw loadFailed(`${bytes.length} bytes of '${served}' with SHA-256 ${hex}, not ${asset.sha256}`);
  } else if (isOtherType) throw loadFailed(mismatch);
  // The bytes are right, so the wrong content type is only worth a warning.
  if (isOtherType && !warnedUrls.has(url.href)) {
    warnedUrls.add(url.href);
    console.warn(`nearfar: ${url.pathname} is ${mismatch}: correct the Content-Type that its host sends`);
  }
  return bytes.buffer;
}

/** Whether a script can be fetched within the time limit, regardless of whether the page's policy lets it run. */
export async function probeScript(
  address: string,
  timeoutMs: number,
): Promise<'reachable' | 'unreachable' | 'timed_out'> {
  const { signal, abort } = linkedAbort(null, timeoutMs);
  try {
    const { ok, type } = await fetch(address, { mode: 'no-cors', signal });
    return ok || type === 'opaque' ? 'reachable' : 'unreachable';
  } catch {
    return signal.aborted ? 'timed_out' : 'unreachable';
  } finally {
    abort();
  }
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
    // Never report more than the expected size: a page served in place of the file may have any length.
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

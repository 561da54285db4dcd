// Fetching one file of the engine, and making sure that it is the very one that was built.

import type { Asset } from '../../../pkg/assets.js';
import { CaptureError, ownError } from './errors.js';

const PATIENCE_MS = 20_000;
/** Files whose type was complained of. */
const told = new Set<string>();

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
  let served: string;
  const { signal, settle } = limit(timeoutMs);
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) throw altered(`HTTP ${response.status}`);
    served = response.headers.get('content-type')?.split(';')[0]?.trim() ?? '';
    bytes = await read(response, asset.bytes, onBytes);
  } catch (error) {
    if (error instanceof CaptureError) throw error;
    throw signal.aborted
      ? ownError('asset_timeout', `${url.pathname}: not here after ${timeoutMs} ms`)
      : altered(String(error));
  } finally {
    settle();
  }
  const called = `served as '${served}', not as '${type ?? 'application/octet-stream'}'`;
  const isOther = type ? served !== type : served.startsWith('text/');
  // Without a secure context there is no digest, and no camera either: that is then the error to tell.
  if (globalThis.crypto?.subtle) {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    const hex = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
    if (hex !== asset.sha256)
      throw altered(`${bytes.length} bytes of '${served}' with SHA-256 ${hex}, not ${asset.sha256}`);
  } else if (isOther) throw altered(called);
  // The bytes are the right ones: a host that gives them another type stops nobody.
  if (isOther && !told.has(url.href)) {
    told.add(url.href);
    console.warn(`nearfar: ${url.pathname} is ${called}`);
  }
  return bytes.buffer;
}

/** Whether a script can be had at all within this time, whatever a page's policy says about running it. */
export async function reach(address: string, timeoutMs: number): Promise<'there' | 'gone' | 'late'> {
  const { signal, settle } = limit(timeoutMs);
  try {
    const { ok, type } = await fetch(address, { mode: 'no-cors', signal });
    return ok || type === 'opaque' ? 'there' : 'gone';
  } catch {
    return signal.aborted ? 'late' : 'gone';
  } finally {
    settle();
  }
}

/** A signal that fires after this time, unless it is settled before. Safari has AbortSignal.timeout from 16 on. */
function limit(timeoutMs: number): { signal: AbortSignal; settle: () => void } {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  return { signal: late.signal, settle: () => clearTimeout(timer) };
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

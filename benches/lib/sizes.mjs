// Measures the bytes that a visitor downloads.

import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../../scripts/cli/run.mjs';

const KINDS = { '.wasm': 'wasm', '.js': 'js', '.bin': 'model' };

/** Sizes in bytes: raw, gzip 9, brotli 11. */
export function compressed(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

/** Sizes by kind of the files that a page fetched (paths below /page/). */
export function sizes(fetched) {
  const kinds = {};
  for (const path of fetched) {
    const kind = KINDS[extname(path)];
    if (!kind || !path.startsWith('/page/')) continue;
    // The original file: the served worker contains the probe.
    const bytes = readFileSync(join(root, 'dist', path.slice('/page/'.length)));
    kinds[kind] ??= { raw: 0, gzip: 0, brotli: 0 };
    for (const [encoding, length] of Object.entries(compressed(bytes))) kinds[kind][encoding] += length;
  }
  const total = { raw: 0, gzip: 0, brotli: 0 };
  for (const kind of Object.values(kinds)) for (const encoding of Object.keys(total)) total[encoding] += kind[encoding];
  return { ...kinds, total };
}

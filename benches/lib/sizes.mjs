// What a visitor downloads.

import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { root } from '../../scripts/cli/run.mjs';

const KINDS = { '.wasm': 'wasm', '.js': 'js', '.tflite': 'model' };

/** Bytes as they are, by gzip 9, by brotli 11. */
export function compressed(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

/** Bytes of the files that a page fetched (paths below /page/): as they are, by gzip 9, by brotli 11. */
export function sizes(fetched) {
  const kinds = {};
  for (const path of fetched) {
    const kind = KINDS[extname(path)];
    if (!kind || !path.startsWith('/page/')) continue;
    // The original: the served worker has the probe in it.
    const bytes = readFileSync(join(root, 'dist', path.slice('/page/'.length)));
    kinds[kind] ??= { raw: 0, gzip: 0, brotli: 0 };
    for (const [way, length] of Object.entries(compressed(bytes))) kinds[kind][way] += length;
  }
  const total = { raw: 0, gzip: 0, brotli: 0 };
  for (const kind of Object.values(kinds)) for (const way of Object.keys(total)) total[way] += kind[way];
  return { ...kinds, total };
}

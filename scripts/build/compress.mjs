// Compressed copies beside the files of a folder: compressed once and as far as it goes, the service sends them as
// they are.

import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller files fit into a packet or two anyway. */
const LEAST_BYTES = 1000;

const brotliAll = promisify(brotliCompress);
const gzipAll = promisify(gzip);

/** How a copy is made, by what its name ends with. Neither writes a name or a time: same file, same copy. */
const WAYS = {
  '.br': (bytes) =>
    brotliAll(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  '.gz': (bytes) => gzipAll(bytes, { level: 9 }),
};

/** Whether the path is that of a compressed copy. */
export function isCompressed(path) {
  return Object.keys(WAYS).some((end) => path.endsWith(end));
}

/** Every file below a folder. */
function files(folder) {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  return paths.filter((path) => statSync(path).isFile());
}

async function writeCopy(path, end) {
  const bytes = readFileSync(path);
  const copy = await WAYS[end](bytes);
  if (copy.length >= bytes.length) return;
  // Whole at once, and of the original's age: a service that is running may be asked for it at any moment.
  const part = `${path}${end}.part`;
  writeFileSync(part, copy);
  const { atime, mtime } = statSync(path);
  utimesSync(part, atime, mtime);
  renameSync(part, `${path}${end}`);
}

/**
 * Writes `NAME.br` and `NAME.gz` beside each file below `folder` that is worth it; copies from before are removed.
 * `except`: a folder in it whose files get none
 */
export async function compressFolder(folder, except = '') {
  for (const old of files(folder).filter(isCompressed)) rmSync(old);
  const left = except === '' ? null : join(folder, except, sep);
  const all = files(folder).filter((path) => left === null || !path.startsWith(left));
  const worth = all.filter((path) => statSync(path).size > LEAST_BYTES);
  await Promise.all(worth.flatMap((path) => Object.keys(WAYS).map((end) => writeCopy(path, end))));
}

// Writes compressed copies of the files in a folder, at the highest level. The service sends them as they are.

import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

/** Smaller files fit into one or two packets anyway. */
const MIN_BYTES = 1000;

const brotliAsync = promisify(brotliCompress);
const gzipAsync = promisify(gzip);

/** The compressors, by file extension. Neither writes a name or a time, so equal files have equal copies. */
const COMPRESSORS = {
  '.br': (bytes) =>
    brotliAsync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  '.gz': (bytes) => gzipAsync(bytes, { level: 9 }),
};

/** Whether a path names a compressed copy. */
export function isCompressed(path) {
  return Object.keys(COMPRESSORS).some((extension) => path.endsWith(extension));
}

/** Every file below a folder. */
function files(folder) {
  const paths = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  return paths.filter((path) => statSync(path).isFile());
}

async function writeCopy(path, extension) {
  const bytes = readFileSync(path);
  const copy = await COMPRESSORS[extension](bytes);
  if (copy.length >= bytes.length) return;
  // Renamed when complete, with the original's time: a running service may read it at any moment.
  const part = `${path}${extension}.part`;
  writeFileSync(part, copy);
  const { atime, mtime } = statSync(path);
  utimesSync(part, atime, mtime);
  renameSync(part, `${path}${extension}`);
}

/**
 * Writes `NAME.br` and `NAME.gz` for each file in `folder` that shrinks, and removes older copies. `except`: subfolders
 * to leave out
 */
export async function compressFolder(folder, except = []) {
  const excluded = except.map((name) => join(folder, name, sep));
  const all = files(folder).filter((path) => !excluded.some((start) => path.startsWith(start)));
  for (const old of all.filter(isCompressed)) rmSync(old);
  const large = all.filter((path) => !isCompressed(path) && statSync(path).size > MIN_BYTES);
  await Promise.all(large.flatMap((path) => Object.keys(COMPRESSORS).map((extension) => writeCopy(path, extension))));
}

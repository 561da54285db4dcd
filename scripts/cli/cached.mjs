// Skips a build step whose inputs, by their hash, have not changed.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

/** SHA-256 of bytes, in hex. */
export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

/** All files under `paths` (files or folders, relative to the root), sorted. */
function files(paths) {
  return paths.flatMap((path) => {
    const full = join(root, path);
    if (!existsSync(full)) return [];
    if (!statSync(full).isDirectory()) return [path];
    return files(
      readdirSync(full)
        .sort()
        .map((name) => join(path, name)),
    );
  });
}

/** A hash of the names and contents of all files under `paths`, and of `extra`. */
export function fingerprint(paths, extra = '') {
  const hash = createHash('sha256').update(extra);
  for (const path of files(paths))
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)));
  return hash.digest('hex');
}

/**
 * Runs `build` unless it ran before with the same inputs and all its outputs still exist.
 * @returns {Promise<boolean>} whether it ran
 */
export async function cached(name, { inputs, extra = '', outputs }, build) {
  const stamp = join(root, '.cache', 'stamps', name);
  const wanted = fingerprint(inputs, extra);
  const current = existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (current && outputs.every((path) => existsSync(join(root, path)))) return false;
  await build();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, fingerprint(inputs, extra));
  return true;
}

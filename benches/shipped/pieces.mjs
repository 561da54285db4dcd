// The bytes of what is sent: scripts as a bundler makes them, other files as they are.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { UserError } from '../../scripts/cli/run.mjs';
import { compressed } from '../lib/sizes.mjs';

/**
 * One line of the account. `kind`: js, css, worker, wasm or model; `host`: where it comes from at run time if not from
 * the page's own server.
 */
const piece = (kind, name, bytes, host) => ({ kind, name, host, ...compressed(bytes) });

/** A file as it was published. */
export const file = (kind, path, host) => piece(kind, basename(path), readFileSync(path), host);

/** What comes from elsewhere and is in no npm package. */
export const unknown = (kind, name, host) => ({ kind, name, host });

/** The one file below a folder whose path fits. */
export function fitting(kind, folder, pattern) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => pattern.test(name));
  if (names.length !== 1)
    throw new UserError(`${folder}: one file should fit ${pattern}: ${names.join(', ') || 'none does'}`);
  return file(kind, join(folder, names[0]));
}

/** The outputs of a bundle that come with its entry: by import, and those on demand whose source fits `follow`. */
export function reached({ outputs }, entry, follow) {
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path) || !outputs[path]) return;
    seen.add(path);
    for (const { path: next, kind } of outputs[path].imports)
      if (kind !== 'dynamic-import' || follow?.test(outputs[next]?.entryPoint ?? '')) visit(next);
  };
  visit(entry);
  return [...seen];
}

/**
 * The scripts of `code` as esbuild bundles and minifies them, everything that it imports included but for `external`.
 * Chunks that are loaded on demand count where the name of their source fits `follow`.
 */
export async function bundled(name, folder, code, { external = [], follow } = {}) {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder },
    absWorkingDir: folder,
    outdir: 'bundle',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    external,
    write: false,
    metafile: true,
    logLevel: 'error',
  });
  const bytes = new Map(outputFiles.map(({ path, contents }) => [relative(folder, path), Buffer.from(contents)]));
  const scripts = reached(metafile, join('bundle', 'stdin.js'), follow).map((path) => compressed(bytes.get(path)));
  const total = (way) => scripts.reduce((sum, script) => sum + script[way], 0);
  return { kind: 'js', name, raw: total('raw'), gzip: total('gzip'), brotli: total('brotli') };
}

// Measures the files that are sent: scripts as a bundler emits them, other files as they are.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { UserError } from '../../scripts/cli/run.mjs';
import { compressed } from '../lib/sizes.mjs';

/**
 * One measured file or bundle. `kind`: js, css, worker, wasm or model; `host`: its host at run time, if not the page's
 * own server.
 */
const piece = (kind, name, bytes, host) => ({ kind, name, host, ...compressed(bytes) });

/** A file as published. */
export const filePiece = (kind, path, host) => piece(kind, basename(path), readFileSync(path), host);

/** A file from another host that is in no npm package, so its size is unknown. */
export const unknownPiece = (kind, name, host) => ({ kind, name, host });

/** The one file in a folder whose path matches. */
export function matchingFile(kind, folder, pattern) {
  const names = readdirSync(folder, { recursive: true }).filter((name) => pattern.test(name));
  if (names.length !== 1)
    throw new UserError(`${folder}: expected one file that matches ${pattern}, found: ${names.join(', ') || 'none'}`);
  return filePiece(kind, join(folder, names[0]));
}

/** The outputs of a bundle that its entry imports, and those on demand whose source matches `follow`. */
export function reachableOutputs({ outputs }, entry, follow) {
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
 * Bundles and minifies `code` with esbuild, including all its imports except `external`. Chunks on demand count if
 * their source matches `follow`.
 */
export async function bundlePiece(name, folder, code, { external = [], follow } = {}) {
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
  const scripts = reachableOutputs(metafile, join('bundle', 'stdin.js'), follow).map((path) =>
    compressed(bytes.get(path)),
  );
  const total = (encoding) => scripts.reduce((sum, script) => sum + script[encoding], 0);
  return { kind: 'js', name, raw: total('raw'), gzip: total('gzip'), brotli: total('brotli') };
}

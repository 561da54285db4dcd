// Bundles the scripts and the style sheet of the documentation site.

import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/run.mjs';
import { syntaxTargets } from '../browser-targets.mjs';
import { bundleFakeCamera } from '../fake-camera.mjs';
import { bundleWorker } from '../worker.mjs';

const sources = join(root, 'www', 'docs');
const ASSETS = join(root, 'pkg', 'assets');

/** Writes them to a folder; the playground's with the engine's worker and files. */
export async function bundleScripts(folder) {
  const { build } = await import('esbuild');
  const common = { bundle: true, minify: true, charset: 'utf8', target: syntaxTargets(), logLevel: 'warning' };
  const modules = { ...common, format: 'esm', splitting: true, chunkNames: '[name]-[hash]' };
  // Classic and in the head, so that the colours are right from the first paint.
  await build({ ...common, entryPoints: [join(sources, 'theme.ts')], format: 'iife', outdir: folder });
  await build({ ...common, entryPoints: [join(sources, 'style.css')], outdir: folder, loader: { '.svg': 'dataurl' } });
  await build({ ...modules, entryPoints: [join(sources, 'site.ts')], outdir: folder });
  const playground = join(folder, 'playground');
  await build({ ...modules, entryPoints: [join(sources, 'playground', 'playground.ts')], outdir: playground });
  // In the preview's own folder, whose policy allows WebAssembly and workers.
  const preview = join(playground, 'preview');
  const entryPoints = ['preview.ts', 'preview.css'].map((name) => join(sources, 'playground', name));
  const define = { __NEARFAR_VERSION__: '"preview"' };
  await build({ ...modules, entryPoints, outdir: preview, define, plugins: [bundleFakeCamera] });
  cpSync(join(sources, 'icon.svg'), join(folder, 'icon.svg'));
  await bundleWorker(preview);
  if (existsSync(ASSETS)) cpSync(ASSETS, join(preview, 'assets'), { recursive: true });
}

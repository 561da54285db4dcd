// Bundles the scripts and the style sheets of the documentation site.

import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/run.mjs';
import { syntaxTargets } from '../browser-targets.mjs';
import { bundleFakeCamera } from '../fake-camera.mjs';
import { bundleWorker } from '../worker.mjs';

const sources = join(root, 'www', 'docs');
const ASSETS = join(root, 'pkg', 'assets');

const common = () => ({
  bundle: true,
  minify: true,
  charset: 'utf8',
  target: syntaxTargets(),
  logLevel: 'warning',
});
const modules = () => ({ ...common(), format: 'esm', splitting: true, chunkNames: '[name]-[hash]' });

/** Writes the scripts and the style sheets of all pages to the site's folder. */
export async function bundleScripts(folder) {
  const { build } = await import('esbuild');
  // Classic and in the head, so that the colours are right from the first paint.
  await build({ ...common(), entryPoints: [join(sources, 'theme.ts')], format: 'iife', outdir: folder });
  const sheets = ['style.css', 'dark.css'].map((name) => join(sources, name));
  await build({ ...common(), entryPoints: sheets, outdir: folder });
  await build({ ...modules(), entryPoints: [join(sources, 'site.ts')], outdir: folder });
  const entryPoints = [join(sources, 'playground', 'playground.ts')];
  await build({ ...modules(), entryPoints, outdir: join(folder, 'playground') });
  cpSync(join(sources, 'icon.svg'), join(folder, 'icon.svg'));
}

/** Writes the playground's preview to its folder, with the engine's worker and files. */
export async function bundlePreview(folder) {
  const { build } = await import('esbuild');
  for (const name of existsSync(folder) ? readdirSync(folder) : [])
    if (!name.startsWith('index.html')) rmSync(join(folder, name), { recursive: true });
  const entryPoints = ['preview.ts', 'preview.css'].map((name) => join(sources, 'playground', name));
  const define = { __NEARFAR_VERSION__: '"preview"' };
  await build({ ...modules(), entryPoints, outdir: folder, define, plugins: [bundleFakeCamera] });
  await bundleWorker(folder);
  cpSync(ASSETS, join(folder, 'assets'), { recursive: true });
}

// Bundles the scripts and the style sheet of the documentation site.

import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

/** Applies the dark colours, written once, to two cases that no one selector covers: the reader's choice, the device's. */
const darkColours = {
  name: 'dark-colours',
  setup(build) {
    build.onLoad({ filter: /styles[\\/]dark\.css$/ }, ({ path }) => {
      const rule = (selector) => readFileSync(path, 'utf8').replace(':root', selector);
      const device = `@media (prefers-color-scheme: dark) { ${rule(':root:not([data-theme="light"])')} }`;
      return { contents: `${rule(':root[data-theme="dark"]')}${device}`, loader: 'css' };
    });
  },
};

/** Writes the scripts and the style sheet of all pages to the site's folder. */
export async function bundleScripts(folder) {
  const { build } = await import('esbuild');
  // Classic and in the head, so that the colours are right from the first paint.
  await build({ ...common(), entryPoints: [join(sources, 'theme.ts')], format: 'iife', outdir: folder });
  await build({ ...common(), entryPoints: [join(sources, 'style.css')], outdir: folder, plugins: [darkColours] });
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

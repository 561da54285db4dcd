// Builds the consumers, each in a copy of its folder in .work/.

import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from '../../../scripts/cli/run.mjs';

const here = join(fileURLToPath(import.meta.url), '..', '..');
const work = join(here, '.work');
const installed = join(here, 'node_modules', 'nearfar');
const require = createRequire(join(here, 'package.json'));
const bin = (name) => join(here, 'node_modules', '.bin', name);

/** Makes a new copy of a consumer in a place that resolves the installed packages. */
function copy(name) {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(here, 'consumers', name), folder, { recursive: true });
  cpSync(join(here, 'consumers', 'shared'), join(work, 'shared'), { recursive: true });
  return folder;
}

async function vitePlugin(name) {
  return name === 'vue'
    ? (await import('@vitejs/plugin-vue')).default()
    : (await import('@vitejs/plugin-react')).default();
}

async function viteBuild(folder, plugins = []) {
  const { build } = await import('vite');
  await build({ root: folder, plugins, configFile: false, logLevel: 'error' });
  return { folder: join(folder, 'dist') };
}

/** Builds a framework's consumer with the wrapper of examples/. */
async function buildWrapper(name, file) {
  const folder = copy(name);
  cpSync(join(root, 'examples', name, file), join(folder, file));
  return viteBuild(folder, [await vitePlugin(name)]);
}

/** Builds the pages that write the element in React in several ways. */
export async function reactAttributes() {
  const folder = copy('react-attributes');
  cpSync(join(root, 'examples', 'react', 'Liveness.jsx'), join(folder, 'Liveness.jsx'));
  return viteBuild(folder, [await vitePlugin('react')]);
}

/** Copies the package's files unchanged, for consumers without a bundler. */
function plain(name) {
  const folder = copy(name);
  cpSync(join(here, 'consumers', 'shared'), join(folder, 'shared'), { recursive: true });
  cpSync(installed, join(folder, 'nearfar'), { recursive: true });
  return { folder };
}

async function next(bundler) {
  const folder = copy('next');
  await run(bin('next'), ['build', bundler], { cwd: folder, env: { NEXT_TELEMETRY_DISABLED: '1' }, quiet: true });
  return { folder: join(folder, 'out'), inline: true };
}

/**
 * The consumers by name, as functions that build them. Each returns the folder to serve, or `url` and `close` if it
 * serves itself; `inline`: its HTML contains scripts.
 */
export const CONSUMERS = {
  async 'webpack 5'() {
    const folder = copy('webpack');
    const webpack = require('webpack');
    const output = { path: join(folder, 'dist'), filename: 'main.js' };
    const compiler = webpack({ mode: 'production', context: folder, entry: './main.js', output });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
    });
    await new Promise((done) => compiler.close(done));
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'));
    cpSync(join(folder, 'index.html'), join(folder, 'dist', 'index.html'));
    return { folder: join(folder, 'dist') };
  },
  'vite, built': () => viteBuild(copy('vite')),
  async 'vite, development server'(port) {
    const { createServer } = await import('vite');
    const server = await createServer({
      root: copy('vite'),
      configFile: false,
      logLevel: 'error',
      cacheDir: join(work, 'vite-cache'),
      server: { port, strictPort: true, fs: { allow: [here] } },
    });
    await server.listen();
    return { url: `http://localhost:${port}/`, close: () => server.close() };
  },
  async esbuild() {
    const folder = copy('esbuild');
    const { build } = await import('esbuild');
    const { nearfar } = await import('nearfar/esbuild');
    const outdir = join(folder, 'dist');
    const entryPoints = [join(folder, 'main.js')];
    await build({ entryPoints, bundle: true, splitting: true, format: 'esm', outdir, plugins: [nearfar()] });
    cpSync(join(folder, 'index.html'), join(outdir, 'index.html'));
    return { folder: outdir };
  },
  // Next's old bundler, which takes minutes.
  ...(process.env.TEST_ALL && { 'next, webpack': () => next('--webpack') }),
  'next, turbopack': () => next('--turbopack'),
  'a script tag': () => plain('script-tag'),
  'an import map': () => ({ ...plain('import-map'), inline: true }),
  react: () => buildWrapper('react', 'Liveness.jsx'),
  vue: () => buildWrapper('vue', 'Liveness.vue'),
};

// The consumers: how each is built, in a copy of its folder in .work/, and what is served of it.

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

/** A fresh copy of a consumer, where the installed packages are found from. */
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

/** With a framework, and the wrapper of examples/ in it. */
async function wrapped(name, file) {
  const folder = copy(name);
  cpSync(join(root, 'examples', name, file), join(folder, file));
  return viteBuild(folder, [await vitePlugin(name)]);
}

/** Several ways to write the element in React. */
export async function reactAttributes() {
  const folder = copy('react-attributes');
  cpSync(join(root, 'examples', 'react', 'Liveness.jsx'), join(folder, 'Liveness.jsx'));
  return viteBuild(folder, [await vitePlugin('react')]);
}

/** Without a bundler: the files as they are in the package. */
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
 * Name to what builds it. Each answers with the folder to serve, or `url` and `close` where it serves itself; `inline`:
 * it has scripts in its HTML.
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
  async 'vite, served while one works'(port) {
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
  // The bundler that Next leaves behind, and takes minutes with.
  ...(process.env.TEST_ALL && { 'next, webpack': () => next('--webpack') }),
  'next, turbopack': () => next('--turbopack'),
  'a script tag': () => plain('script-tag'),
  'an import map': () => ({ ...plain('import-map'), inline: true }),
  react: () => wrapped('react', 'Liveness.jsx'),
  vue: () => wrapped('vue', 'Liveness.vue'),
};

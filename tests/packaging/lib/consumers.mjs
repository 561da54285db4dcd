// Builds the examples and the other consumers, each in a copy of its folder in .work/.

import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from '../../../scripts/cli/run.mjs';

const here = join(fileURLToPath(import.meta.url), '..', '..');
const work = join(here, '.work');
const modules = join(here, 'node_modules');
const require = createRequire(join(here, 'package.json'));

/** Copies folders to a new one in a place that resolves the installed packages. Later folders replace files. */
function copy(name, ...folders) {
  const folder = join(work, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const each of folders) cpSync(each, folder, { recursive: true });
  return folder;
}

const exampleFolder = (name) => join(root, 'examples', name);
const consumerFolder = (name) => join(here, 'consumers', name);

/** A copy of an example. `name`: of the copy, if it differs */
export const copyExample = (example, name = example) => copy(name, exampleFolder(example));

/** A copy of the page that imports the package as a module, with the code of examples/html. */
const copyModules = (name) => copy(name, exampleFolder('html'), consumerFolder('modules'));

/** Runs a command of an installed package in a folder. */
const runInstalled = (folder, command, args, env = {}) =>
  run(join(modules, '.bin', command), args, { cwd: folder, env, quiet: true });

/** Vite, which sets NODE_ENV if nothing has: the value of an earlier build would make a development server one of production. */
function loadVite() {
  delete process.env.NODE_ENV;
  return import('vite');
}

async function viteBuild(folder, options = {}) {
  const { build } = await loadVite();
  await build({ root: folder, logLevel: 'error', ...options });
  return { folder: join(folder, 'dist') };
}

/** By name: the pages with the component of a framework, and what replaces packages. */
const PAGES = {
  'React 19': { pages: 'react-pages' },
  'React 18': { pages: 'react-pages', alias: { 'react-dom': 'react-dom-18', react: 'react-18' } },
  'Vue 3': { pages: 'vue-pages' },
};

/** The frameworks that `frameworkPages` builds pages for. */
export const FRAMEWORKS = Object.keys(PAGES);

/**
 * Builds the pages with the component of a framework, for a browser and for a server.
 * @returns {Promise<{folder: string, server: string}>} `server`: a script that prints the HTML for its argument, the
 *   session's address
 */
export async function frameworkPages(framework) {
  const { pages, alias = {} } = PAGES[framework];
  const folder = copy(framework.replace(' ', '-'), consumerFolder(pages));
  // Only the development builds warn, and check effects by running them twice.
  const define = {
    'process.env.NODE_ENV': '"development"',
    __VUE_OPTIONS_API__: 'true',
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
  };
  const built = await viteBuild(folder, { configFile: false, define, resolve: { alias } });
  const { build } = await import('esbuild');
  const server = join(folder, 'server.mjs');
  await build({
    stdin: { contents: "import './server'", resolveDir: folder },
    absWorkingDir: folder,
    bundle: true,
    platform: 'node',
    format: 'esm',
    jsx: 'automatic',
    alias,
    define: { 'process.env.NODE_ENV': '"development"' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    outfile: server,
  });
  return { ...built, server };
}

/** A copy with the package's files unchanged, for consumers without a bundler. */
function plain(name, ...folders) {
  const folder = copy(name, exampleFolder('html'), ...folders);
  cpSync(join(modules, 'nearfar'), join(folder, 'nearfar'), { recursive: true });
  return { folder };
}

async function next(bundler) {
  const folder = copyExample('next');
  await runInstalled(folder, 'next', ['build', bundler], { NEXT_TELEMETRY_DISABLED: '1' });
  return { folder: join(folder, 'out'), inline: true };
}

/**
 * Vite's development server for a copy.
 * @param {(request, response) => boolean} before may answer a request itself, and then returns true
 */
export async function viteServer(folder, port, before, options = {}) {
  const { createServer } = await loadVite();
  const api = {
    name: 'api',
    configureServer({ middlewares }) {
      middlewares.use((request, response, next) => before(request, response) || next());
    },
  };
  const server = await createServer({
    root: folder,
    logLevel: 'error',
    cacheDir: `${folder}-cache`,
    plugins: [api],
    server: { port, strictPort: true, fs: { allow: [here] } },
    ...options,
  });
  await server.listen();
  return { url: `http://localhost:${port}/`, close: () => server.close() };
}

/**
 * The consumers by name, as functions that build them. Each returns the folder to serve, or `url` and `close` if it
 * serves itself; `inline`: its HTML contains scripts.
 */
export const CONSUMERS = {
  async 'webpack 5'() {
    const folder = copyModules('webpack');
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
  'vite, built': () => viteBuild(copyModules('vite')),
  'vite, development server': (port, before) => viteServer(copyModules('vite-server'), port, before),
  async esbuild() {
    const folder = copyModules('esbuild');
    const { build } = await import('esbuild');
    const { nearfar } = await import('nearfar/esbuild');
    const outdir = join(folder, 'dist');
    const entryPoints = [join(folder, 'main.js')];
    await build({ entryPoints, bundle: true, splitting: true, format: 'esm', outdir, plugins: [nearfar()] });
    cpSync(join(folder, 'index.html'), join(outdir, 'index.html'));
    return { folder: outdir };
  },
  'an import map': () => ({
    ...plain('import-map', consumerFolder('modules'), consumerFolder('import-map')),
    inline: true,
  }),
  'examples/html': () => plain('html'),
  'examples/react': () => viteBuild(copyExample('react')),
  'examples/vue': () => viteBuild(copyExample('vue')),
  'examples/svelte': () => viteBuild(copyExample('svelte')),
  'examples/next': () => next('--turbopack'),
  // Next's old bundler, which takes minutes.
  ...(process.env.TEST_ALL && { 'examples/next, webpack': () => next('--webpack') }),
  async 'examples/nuxt'() {
    const folder = copyExample('nuxt');
    await runInstalled(folder, 'nuxt', ['generate'], { NUXT_TELEMETRY_DISABLED: '1' });
    return { folder: join(folder, '.output', 'public'), inline: true };
  },
  async 'examples/angular'() {
    const folder = copyExample('angular');
    // Its assets are paths from the project's folder.
    symlinkSync(modules, join(folder, 'node_modules'));
    await runInstalled(folder, 'ng', ['build']);
    return { folder: join(folder, 'dist', 'browser') };
  },
};

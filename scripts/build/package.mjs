// Builds the npm package: bundles and declarations in out/package/nearfar, and its tarball.

import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { log, output, root, run, UserError } from '../cli/run.mjs';
import { syntaxTargets } from './browser-targets.mjs';
import { elementManifest } from './element-manifest.mjs';
import { bundleFakeCamera } from './fake-camera.mjs';
import { bundleWorker } from './worker.mjs';

/** The output folder. */
export const OUT = join(root, 'out', 'package');
/** The package before it is packed. */
export const PACKAGE = join(OUT, 'nearfar');

const sources = join(root, 'www', 'src');
/** The package's entry points, and their files in www/src. */
const ENTRIES = {
  index: 'npm/index',
  element: 'npm/element',
  embed: 'npm/embed',
  support: 'npm/support',
  frameworks: 'npm/frameworks',
  testing: 'testing/index',
};

/** The version in Cargo.toml, the only place that holds it. */
export function packageVersion() {
  const { packages } = JSON.parse(output('cargo', ['metadata', '--no-deps', '--format-version=1', '--locked']));
  return packages.find(({ name }) => name === 'nearfar').version;
}

/** An esbuild plugin that removes CSS comments from Lit style sheets, which esbuild leaves as they are. */
const removeCssComments = {
  name: 'remove-css-comments',
  setup({ onLoad }) {
    onLoad({ filter: /(ui[\\/]styles[\\/].*|style)\.ts$/ }, ({ path }) => {
      const contents = readFileSync(path, 'utf8').replace(/^\s*\/\*(?!\*).*\*\/$/gm, '');
      return { contents, loader: 'ts' };
    });
  },
};

/** Bundles the scripts into one folder: bundlers find the engine's files by their path from there. */
async function bundle(version) {
  const { build: esbuild } = await import('esbuild');
  const dist = join(PACKAGE, 'dist');
  const common = {
    bundle: true,
    minify: true,
    sourcemap: true,
    charset: 'utf8',
    target: syntaxTargets(),
    outdir: dist,
    define: { __NEARFAR_VERSION__: JSON.stringify(version) },
    banner: { js: `/*! nearfar ${version} | MIT OR Apache-2.0 | see THIRD_PARTY_NOTICES.md */` },
    plugins: [removeCssComments, bundleFakeCamera],
    logLevel: 'warning',
  };
  const entries = Object.entries(ENTRIES).map(([name, file]) => ({ in: join(sources, `${file}.ts`), out: name }));
  await esbuild({
    ...common,
    entryPoints: entries,
    format: 'esm',
    splitting: true,
    chunkNames: '[name]-[hash]',
  });
  await bundleWorker(dist, { sourcemap: true, banner: common.banner });
  await esbuild({ ...common, entryPoints: [join(sources, 'npm', 'global.ts')], format: 'iife' });
}

/** The file with the English texts by their keys. */
const ENGLISH = join(sources, 'locales', 'en_US.json');

/** A declaration with the keys of the texts in place of the file that has them, which the package lacks. */
function withMessageKeys(declaration) {
  const keys = Object.keys(JSON.parse(readFileSync(ENGLISH, 'utf8')));
  return declaration
    .replace(/^import type english from .*\n/m, '')
    .replace('keyof typeof english', keys.map((key) => JSON.stringify(key)).join(' | '));
}

/** Copies the declarations that the entry points import, directly or indirectly. */
async function declarations() {
  const all = join(OUT, 'types');
  const options = [
    '--project',
    'tsconfig.package.json',
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    // Internal declarations would pull in all types of the service's API.
    '--stripInternal',
    '--rootDir',
    'www/src',
    '--outDir',
    all,
  ];
  await run('node_modules/.bin/tsc', options);
  const seen = new Set();
  const visit = (path) => {
    if (seen.has(path)) return;
    seen.add(path);
    if (!existsSync(path))
      throw new UserError(`a declaration of the package imports ${relative(all, path)}, which does not exist`);
    for (const [, to] of readFileSync(path, 'utf8').matchAll(/(?:from|import) ?\(?'(\.[^']+)\.js'/g)) {
      visit(resolve(dirname(path), `${to}.d.ts`));
    }
  };
  for (const file of Object.values(ENTRIES)) visit(join(all, `${file}.d.ts`));
  for (const path of seen) {
    const to = join(PACKAGE, 'dist', 'types', relative(all, path));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, withMessageKeys(readFileSync(path, 'utf8')));
  }
  rmSync(all, { recursive: true });
}

/** The files that a browser may fetch, with their hashes in the format of `integrity` attributes. */
function integrity() {
  const dist = join(PACKAGE, 'dist');
  const files = readdirSync(dist, { recursive: true }).filter((name) => {
    return statSync(join(dist, name)).isFile() && !/\.(map|d\.ts)$/.test(name);
  });
  const entry = (name) => {
    const bytes = readFileSync(join(dist, name));
    return [name, { bytes: bytes.length, integrity: `sha384-${createHash('sha384').update(bytes).digest('base64')}` }];
  };
  return Object.fromEntries(files.sort().map(entry));
}

async function build() {
  rmSync(OUT, { recursive: true, force: true });
  cpSync(join(root, 'pkg-template'), PACKAGE, { recursive: true });
  for (const name of ['LICENSE-APACHE', 'LICENSE-MIT', 'THIRD_PARTY_NOTICES.md'])
    copyFileSync(join(root, name), join(PACKAGE, name));
  copyFileSync(ENGLISH, join(PACKAGE, 'messages.json'));
  const version = packageVersion();
  const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8'));
  await bundle(version);
  cpSync(join(root, 'pkg', 'assets'), join(PACKAGE, 'dist', 'assets'), { recursive: true });
  await declarations();
  writeFileSync(join(PACKAGE, 'package.json'), `${JSON.stringify({ ...manifest, version }, null, 2)}\n`);
  writeFileSync(join(PACKAGE, 'integrity.json'), `${JSON.stringify(integrity(), null, 2)}\n`);
  writeFileSync(join(PACKAGE, 'custom-elements.json'), `${JSON.stringify(await elementManifest(), null, 2)}\n`);
  await run('npm', ['pack', '--silent', '--pack-destination', OUT], { cwd: PACKAGE, quiet: true });
}

/** The path of the tarball. Throws a `UserError` if it is not built. */
export function tarball() {
  const name = readdirSync(OUT).find((name) => name.endsWith('.tgz'));
  if (!name) throw new UserError('no tarball in out/package: run "npm run package"');
  return join(OUT, name);
}

/** Builds the package if its inputs have changed. `pkg/` must exist. */
export async function buildPackage() {
  const inputs = [
    'pkg-template',
    'pkg',
    'www/src',
    'Cargo.toml',
    'THIRD_PARTY_NOTICES.md',
    'package-lock.json',
    'scripts/build/package.mjs',
    'scripts/build/worker.mjs',
    'scripts/build/browser-targets.mjs',
    'scripts/build/element-manifest.mjs',
    'scripts/build/fake-camera.mjs',
  ];
  await cached('package', { inputs, outputs: ['out/package/nearfar/integrity.json'] }, async () => {
    log('building the npm package');
    await build();
  });
}

// Builds the site that the benchmark serves: its own pages, the contenders, and the product with a probe in its worker.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { isCompressed } from '../../scripts/build/compress.mjs';
import { BUILDS, INT8_MODEL, rustflags } from '../../scripts/build/engine.mjs';
import { log, root, run, UserError } from '../../scripts/cli/run.mjs';
import { MODEL } from '../../scripts/setup/npm-packages.mjs';
import { ensureWasmToolchain } from '../../scripts/setup/wasm-toolchain.mjs';
import { simdLoopsWasm } from './simd-loops.mjs';

const benches = join(root, 'benches');
const SITE = join(root, '.cache', 'bench', 'site');

/** Portraits from npm packages. Every detector finds one face in each. */
const PORTRAITS = [
  ['material-kit', 'assets/img/faces/marc.jpg'],
  ['material-kit', 'assets/img/faces/christian.jpg'],
  ['material-kit', 'assets/img/faces/kendall.jpg'],
  ['material-kit', 'assets/img/faces/avatar.jpg'],
  ['material-kit', 'assets/img/faces/camp.jpg'],
  ['material-dashboard', 'assets/img/team-4.jpg'],
];

/** The picture for the JPEG encoders: upright, sharp, larger than the frame. */
const SCENE = ['@vladmandic/face-api', 'demo/sample1.jpg'];

const require = createRequire(import.meta.url);
const inPackage = (name, path) => join(root, 'node_modules', name, path);

/** Installs the packages to compare the engine with, which only the benchmark needs. */
export async function installContenders() {
  const installed = join(benches, 'node_modules', '.package-lock.json');
  const lock = join(benches, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  log('installing the packages to compare with (benches/package-lock.json)');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: benches,
    step: 'installing the packages to compare with',
  });
}

/** Compiles the encoders for the JPEG comparison and returns the path of the wasm file. */
async function compileEncoders() {
  const toolchain = await ensureWasmToolchain();
  const target = join(root, 'target', 'bench');
  log('compiling the JPEG encoders to compare');
  await run(toolchain.cargo, ['build', '--quiet', '--release', ...toolchain.args], {
    cwd: join(benches, 'encoders'),
    env: { ...toolchain.env, ...rustflags('relaxed'), CARGO_TARGET_DIR: target },
  });
  return join(target, 'wasm32-unknown-unknown', 'release', 'nearfar_bench_encoders.wasm');
}

/**
 * Copies a built page with the probe added to its worker, and without compressed copies, which lack the probe.
 * `from`: the build's folder
 */
export function copyProduct(to, from = join(root, 'dist')) {
  const docs = join(from, 'docs');
  cpSync(from, to, { recursive: true, filter: (path) => path !== docs && !isCompressed(path) });
  const workers = readdirSync(to).filter((name) => /worker.*\.js$/.test(name));
  if (workers.length !== 1) throw new UserError(`expected one worker script in ${from}, found: ${workers.join(', ')}`);
  const probe = readFileSync(join(benches, 'page', 'probe.js'), 'utf8');
  const worker = join(to, workers[0]);
  writeFileSync(worker, `${probe}\n${readFileSync(worker, 'utf8')}`);
}

/** Builds the site. Returns its folder and the addresses of its pictures. */
export async function buildSite() {
  const encoders = await compileEncoders();
  rmSync(SITE, { recursive: true, force: true });
  mkdirSync(SITE, { recursive: true });
  const copy = (from, to) => cpSync(from, join(SITE, to), { recursive: true });

  const { build } = await import('esbuild');
  for (const page of ['detection', 'encoding']) {
    await build({
      entryPoints: [join(benches, 'page', `${page}.js`)],
      outfile: join(SITE, `${page}.js`),
      bundle: true,
      format: 'esm',
      minify: true,
      target: 'es2022',
      logLevel: 'error',
    });
    const html = `<!doctype html><title>${page}</title><script type="module" src="${page}.js"></script>\n`;
    writeFileSync(join(SITE, `${page}.html`), html);
  }
  copy(encoders, 'encoders.wasm');
  writeFileSync(join(SITE, 'simd-loops.wasm'), await simdLoopsWasm());
  for (const name of Object.keys(BUILDS)) copy(join(root, 'pkg', name), `engine/${name}`);

  const { withMetadata } = await import('../../tests/testkit/browser/model-metadata.mjs');
  copy(join(root, INT8_MODEL), 'model.bin');
  writeFileSync(join(SITE, 'model-with-metadata.tflite'), withMetadata(readFileSync(join(root, MODEL))));
  const vision = dirname(require.resolve('@mediapipe/tasks-vision'));
  for (const file of ['vision_bundle.mjs', 'wasm']) copy(join(vision, file), `vision/${file}`);

  const backend = join(benches, 'node_modules', '@tensorflow', 'tfjs-backend-wasm', 'wasm-out');
  for (const file of readdirSync(backend).filter((name) => name.endsWith('.wasm')))
    copy(join(backend, file), `tfjs/${file}`);
  copy(join(benches, 'node_modules', 'human-models', 'models', 'blazeface', 'front'), 'blazeface');

  const portraits = PORTRAITS.map(([name, path]) => [inPackage(name, path), `pictures/${name}-${basename(path)}`]);
  for (const [from, to] of portraits) copy(from, to);
  copy(inPackage(...SCENE), 'pictures/scene.jpg');
  copyProduct(join(SITE, 'page'));
  return { folder: SITE, portraits: portraits.map(([, to]) => to), scene: 'pictures/scene.jpg' };
}

/** Isolates the pages, which gives them the most precise clock. For `serve`; it answers no request itself. */
export function isolate(_request, response) {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  return false;
}

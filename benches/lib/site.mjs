// Builds the site that the benchmark serves: its own pages, the contenders, and the product with a probe in its worker.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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

const inPackage = (name, path) => join(root, 'node_modules', name, path);
const copyToSite = (from, to) => cpSync(from, join(SITE, to), { recursive: true });

/** Installs the packages to compare the engine with, which only the benchmark needs. */
export async function installContenders() {
  const installed = join(benches, 'node_modules', '.package-lock.json');
  const lock = join(benches, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  log('installing the packages to compare with (benches/package-lock.json)');
  await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
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

/** The files of the detectors to compare with: package, path in it, path in the site. */
const PEER_FILES = [
  ['@mediapipe/tasks-vision', 'vision_bundle.mjs', 'vision/vision_bundle.mjs'],
  ['@mediapipe/tasks-vision', 'wasm', 'vision/wasm'],
  ['@tensorflow/tfjs-backend-wasm', 'wasm-out/tfjs-backend-wasm.wasm', 'tfjs/tfjs-backend-wasm.wasm'],
  ['@tensorflow/tfjs-backend-wasm', 'wasm-out/tfjs-backend-wasm-simd.wasm', 'tfjs/tfjs-backend-wasm-simd.wasm'],
  ['human-models', 'models/blazeface/front', 'blazeface'],
  ['@vladmandic/human', 'dist/human.esm.js', 'human/human.esm.js'],
  ['@vladmandic/human', 'models/blazeface.json', 'human/blazeface.json'],
  ['@vladmandic/human', 'models/blazeface.bin', 'human/blazeface.bin'],
  ['onnxruntime-web', 'dist/ort.wasm.min.mjs', 'onnx/ort.wasm.min.mjs'],
  ['onnxruntime-web', 'dist/ort-wasm-simd-threaded.mjs', 'onnx/ort-wasm-simd-threaded.mjs'],
  ['onnxruntime-web', 'dist/ort-wasm-simd-threaded.wasm', 'onnx/ort-wasm-simd-threaded.wasm'],
];

/** Copies these files, and converts the model for tasks-vision and for ONNX Runtime. */
async function copyPeers() {
  for (const [name, from, to] of PEER_FILES) copyToSite(join(benches, 'node_modules', name, from), to);
  const model = readFileSync(join(root, MODEL));
  const { withMetadata } = await import('../../tests/testkit/browser/model-metadata.mjs');
  writeFileSync(join(SITE, 'model-with-metadata.tflite'), withMetadata(model));
  // Imported late: it needs a package that only the benchmark installs.
  const { onnxModel } = await import('../onnx/model.mjs');
  writeFileSync(join(SITE, 'model.onnx'), onnxModel(model));
}

/** Bundles one of the benchmark's own pages. */
async function buildPage(name) {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(benches, 'page', `${name}.js`)],
    outfile: join(SITE, `${name}.js`),
    bundle: true,
    format: 'esm',
    minify: true,
    target: 'es2022',
    logLevel: 'error',
  });
  const html = `<!doctype html><title>${name}</title><script type="module" src="${name}.js"></script>\n`;
  writeFileSync(join(SITE, `${name}.html`), html);
}

/** Builds the site for the detection benchmark. Returns its folder and the addresses of its pictures. */
export async function buildDetectionSite() {
  rmSync(SITE, { recursive: true, force: true });
  mkdirSync(SITE, { recursive: true });
  for (const name of ['detection', 'human']) await buildPage(name);
  writeFileSync(join(SITE, 'simd-loops.wasm'), await simdLoopsWasm());
  for (const name of Object.keys(BUILDS)) copyToSite(join(root, 'pkg', name), `engine/${name}`);
  copyToSite(join(root, INT8_MODEL), 'model.bin');
  await copyPeers();
  const portraits = PORTRAITS.map(([name, path]) => [inPackage(name, path), `pictures/${name}-${basename(path)}`]);
  for (const [from, to] of portraits) copyToSite(from, to);
  return { folder: SITE, portraits: portraits.map(([, to]) => to) };
}

/** Builds the site for all benchmarks. */
export async function buildSite() {
  const encoders = await compileEncoders();
  const site = await buildDetectionSite();
  await buildPage('encoding');
  copyToSite(encoders, 'encoders.wasm');
  copyToSite(inPackage(...SCENE), 'pictures/scene.jpg');
  copyProduct(join(SITE, 'page'));
  return { ...site, scene: 'pictures/scene.jpg' };
}

/** Isolates the pages, which gives them the most precise clock. For `serve`; it answers no request itself. */
export function isolate(_request, response) {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  return false;
}

// What the benchmark serves: its own pages, the contenders, and the product with a probe in its worker.

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { isCompressed } from '../../scripts/build/compress.mjs';
import { BUILDS, rustflags } from '../../scripts/build/engine.mjs';
import { root, run, say, UserError } from '../../scripts/cli/run.mjs';
import { MODEL } from '../../scripts/setup/npm-packages.mjs';
import { wasmToolchain } from '../../scripts/setup/wasm-toolchain.mjs';
import { lanesWasm } from './lanes.mjs';

const benches = join(root, 'benches');
const SITE = join(root, '.cache', 'bench', 'site');

/** Portraits that every detector finds one face in, from npm packages. */
const PORTRAITS = [
  ['material-kit', 'assets/img/faces/marc.jpg'],
  ['material-kit', 'assets/img/faces/christian.jpg'],
  ['material-kit', 'assets/img/faces/kendall.jpg'],
  ['material-kit', 'assets/img/faces/avatar.jpg'],
  ['material-kit', 'assets/img/faces/camp.jpg'],
  ['material-dashboard', 'assets/img/team-4.jpg'],
];

/** The picture that JPEGs are made of: upright, sharp, larger than the frame. */
const SCENE = ['@vladmandic/face-api', 'demo/sample1.jpg'];

const require = createRequire(import.meta.url);
const inPackage = (name, path) => join(root, 'node_modules', name, path);

/** Installs what the engine is measured against: packages that only the benchmark needs. */
export async function contenderPackages() {
  const installed = join(benches, 'node_modules', '.package-lock.json');
  const lock = join(benches, 'package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say('installing the packages to measure against (benches/package-lock.json)');
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: benches,
    step: 'installing what is measured beside nearfar',
  });
}

/** Compiles the encoders that the JPEG comparison runs; returns the wasm file. */
async function compileEncoders() {
  const toolchain = await wasmToolchain();
  const target = join(root, 'target', 'bench');
  say('compiling the JPEG encoders to compare');
  await run(toolchain.cargo, ['build', '--quiet', '--release', ...toolchain.args], {
    cwd: join(benches, 'encoders'),
    env: { ...toolchain.env, ...rustflags('relaxed'), CARGO_TARGET_DIR: target },
  });
  return join(target, 'wasm32-unknown-unknown', 'release', 'nearfar_bench_encoders.wasm');
}

/** The product as it is built, but for the probe in front of its worker, which compressed copies would lack. */
function copyProduct(to) {
  cpSync(join(root, 'dist'), to, { recursive: true, filter: (path) => !isCompressed(path) });
  const workers = readdirSync(to).filter((name) => /worker.*\.js$/.test(name));
  if (workers.length !== 1) throw new UserError(`expected one worker script in dist/, found: ${workers.join(', ')}`);
  const probe = readFileSync(join(benches, 'page', 'probe.js'), 'utf8');
  const worker = join(to, workers[0]);
  writeFileSync(worker, `${probe}\n${readFileSync(worker, 'utf8')}`);
}

/** Puts everything in place and returns the folder and what the pages are told. */
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
  writeFileSync(join(SITE, 'lanes.wasm'), await lanesWasm());
  for (const name of Object.keys(BUILDS)) copy(join(root, 'pkg', name), `engine/${name}`);

  const { withMetadata } = await import('../../tests/testkit/browser/model-metadata.mjs');
  const model = readFileSync(join(root, MODEL));
  writeFileSync(join(SITE, 'model.tflite'), model);
  writeFileSync(join(SITE, 'model-with-metadata.tflite'), withMetadata(model));
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

/** Isolates the pages, which gives them the finest clock. For `serve`: it answers no request itself. */
export function isolate(_request, response) {
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
  return false;
}

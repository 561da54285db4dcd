// The engine: three wasm builds of the root crate, their glue, and the list of what the page fetches.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { MODEL } from './packages.mjs';
import { root, run, say } from './run.mjs';
import { once, sha256 } from './stamp.mjs';
import { wasmBindgen, wasmToolchain } from './toolchain.mjs';

/** The builds of the engine, the fastest first, and the CPU features that each asks the browser for. */
export const BUILDS = {
  relaxed: ['simd128', 'relaxed-simd'],
  simd: ['simd128'],
  scalar: [],
};

/** The same, and what Rust's wasm32 target uses anyway, as wasm-opt calls them. */
const WASM_OPT_FEATURES = { relaxed: ['simd', 'relaxed-simd'], simd: ['simd'], scalar: [] };
const RUST_FEATURES = [
  'bulk-memory',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
];

/** What a build's wasm is to stay under, raw bytes. Above it the build says so. */
const GOAL_BYTES = 200_000;

/**
 * Inlines about a quarter of what it would: 4 % less wasm, with the same times of detection and encoding (the inner
 * loops are inlined by attribute). At 20 the minima of encoding were up to 5 % longer.
 */
const INLINE = '-Cllvm-args=-inline-threshold=60';

/** `RUSTFLAGS` for a build. */
export function rustflags(build) {
  return [INLINE, ...BUILDS[build].map((feature) => `-Ctarget-feature=+${feature}`)].join(' ');
}

/** Compiles the root crate for one build and returns the path of the wasm file. */
async function compile(toolchain, build) {
  // Cargo keeps the objects of different flags apart, but every build ends in this one file.
  await run(
    toolchain.cargo,
    ['build', '--quiet', '--locked', '--release', '--package', 'nearfar', '--lib', ...toolchain.args],
    { env: { ...toolchain.env, RUSTFLAGS: rustflags(build), CARGO_TARGET_DIR: join(root, 'target') } },
  );
  return 'target/wasm32-unknown-unknown/release/nearfar.wasm';
}

/** Makes the glue, and the wasm smaller: by about a quarter, mostly the names of functions. */
async function pack(tools, wasm, build) {
  const out = join('pkg', build);
  const bindgen = ['--target=web', '--omit-default-module-path', '--out-name=nearfar', `--out-dir=${out}`];
  await run(join(tools, 'bindgen'), [wasm, ...bindgen]);
  const file = join(out, 'nearfar_bg.wasm');
  const features = [...RUST_FEATURES, ...WASM_OPT_FEATURES[build]].map((feature) => `--enable-${feature}`);
  await run(process.execPath, ['node_modules/binaryen/bin/wasm-opt', '-O3', ...features, file, '--output', file]);
}

/** Where the page finds a file: its name carries its hash, so that browsers may keep it for ever. */
function asset(path, name) {
  const bytes = readFileSync(join(root, path));
  const hash = sha256(bytes);
  return { url: `assets/${name}.${hash.slice(0, 8)}${extname(path)}`, file: path, bytes: bytes.length, sha256: hash };
}

/** Builds everything under `pkg/`: `<build>/nearfar.js`, `<build>/nearfar_bg.wasm` and `assets.json`. */
export async function buildEngine() {
  const toolchain = await wasmToolchain();
  const tools = await wasmBindgen();
  for (const build of Object.keys(BUILDS)) {
    say(`compiling the engine: ${build} (toolchain: ${toolchain.name})`);
    const wasm = await compile(toolchain, build);
    const step = { inputs: [wasm, 'Cargo.lock', 'package-lock.json'], outputs: [`pkg/${build}/nearfar_bg.wasm`] };
    await once(`pack-${build}`, step, () => pack(tools, wasm, build));
  }
  const list = {
    model: asset(MODEL, basename(MODEL, '.tflite')),
    builds: Object.fromEntries(
      Object.keys(BUILDS).map((build) => [build, asset(`pkg/${build}/nearfar_bg.wasm`, `nearfar-${build}`)]),
    ),
  };
  for (const [build, { bytes }] of Object.entries(list.builds))
    if (bytes >= GOAL_BYTES) say(`the wasm of ${build} has ${bytes} bytes; the goal is under ${GOAL_BYTES}`);
  mkdirSync(join(root, 'pkg'), { recursive: true });
  writeFileSync(join(root, 'pkg', 'assets.json'), `${JSON.stringify(list, null, 2)}\n`);
  return list;
}

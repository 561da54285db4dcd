// The engine: three wasm builds of the root crate, their glue, and the list of what the page fetches. And the small
// module that seals what is sent, which is fetched only once there is something to seal.

import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { MODEL } from './packages.mjs';
import { output, root, run, Stop, say } from './run.mjs';
import { SHORT_NAMES, shortened } from './short-names.mjs';
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
const GOAL_BYTES = 204_800;

/** Ways of the encoder to write a JPEG other than the one that is taken: a setting leads to them, so no linker can know. */
export const NEVER_CALLED = ['encode_blocks', 'encode_image_progressive', 'optimize_huffman_table'].map(
  (name) => new RegExp(`^<?jpeg_encoder::encoder::Encoder<.*>::${name}`),
);

/**
 * How LLVM weighs speed against bytes. By default it unrolls and inlines a tenth of the wasm that no figure of the
 * benchmark gains by; under an unroll threshold of 100 the kernels get slower. Vector code of loops costs 9 kB and makes
 * the JPEG encoder a quarter faster; that of straight lines (SLP) gains nothing.
 */
const LLVM = ['-inline-threshold=5', '-unroll-threshold=100', '-unroll-runtime=0'];

/** Folders whose names panic messages would carry into the wasm, and what they are called there. */
function remapped() {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), '.cargo');
  const sources = join(cargo, 'registry', 'src');
  const indexes = existsSync(sources) ? readdirSync(sources).map((index) => join(sources, index)) : [];
  const sysroot = output('rustc', ['--print', 'sysroot']);
  const library = sysroot ? [join(sysroot, 'lib/rustlib/src/rust/library')] : [];
  return [...indexes, ...library, root].map((folder) => `--remap-path-prefix=${folder}/=`);
}

/** The compiler's flags for a build, in the environment of cargo. */
export function rustflags(build) {
  const features = BUILDS[build].map((feature) => `-Ctarget-feature=+${feature}`);
  const llvm = LLVM.map((option) => `-Cllvm-args=${option}`);
  const flags = [...llvm, '-Cno-vectorize-slp', ...remapped(), ...features];
  // In this variable, unlike RUSTFLAGS, a folder's name may have spaces.
  return { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') };
}

/** Compiles a crate for one build and returns the path of the wasm file. */
async function compile(toolchain, crate, build) {
  // A folder for each: among flags that remap paths cargo does not keep the objects of different ones apart, and would
  // compile all of them anew each time.
  const folder = join('target', 'engine', build);
  await run(
    toolchain.cargo,
    ['build', '--quiet', '--locked', '--release', '--package', crate, '--lib', ...toolchain.args],
    {
      env: { ...toolchain.env, ...rustflags(build), CARGO_TARGET_DIR: join(root, folder) },
      step: `compiling ${crate} for ${build}`,
    },
  );
  return join(folder, 'wasm32-unknown-unknown', 'release', `${crate.replaceAll('-', '_')}.wasm`);
}

/**
 * Makes the glue, and the wasm smaller: without the words of panics, and with short names to the glue.
 * `name`: of the files; `neverCalled`: see trim-wasm.mjs
 */
async function pack(tools, wasm, { out, name, build, neverCalled }) {
  const bindgen = ['--target=web', '--omit-default-module-path', `--out-name=${name}`, `--out-dir=${out}`];
  await run(join(tools, 'bindgen'), [wasm, ...bindgen]);
  const file = join(out, `${name}_bg.wasm`);
  // Only now: it imports an npm package, and a new clone has none before the set-up.
  const { trimWasm } = await import('./trim-wasm.mjs');
  trimWasm(join(root, file), neverCalled);
  const features = [...RUST_FEATURES, ...WASM_OPT_FEATURES[build]].map((feature) => `--enable-${feature}`);
  // LLVM has inlined what gains by it; wasm-opt's -O3 makes 1 % more bytes of it and nothing faster.
  const passes = ['-Oz', SHORT_NAMES, '--strip-debug', '--strip-producers', '--strip-target-features'];
  const optimize = ['node_modules/binaryen/bin/wasm-opt', ...passes, ...features, file, '--output', file];
  say(`optimising ${file}`);
  const names = output(process.execPath, optimize, { stdio: ['ignore', 'pipe', 'inherit'] });
  if (names === null) throw new Stop(`wasm-opt failed on ${file}`);
  const glue = join(root, out, `${name}.js`);
  writeFileSync(glue, shortened(readFileSync(glue, 'utf8'), JSON.parse(names)));
}

/** Copies a file to `pkg/assets/`; its name there carries its hash, so that browsers may keep it for ever. */
function asset(path, name) {
  const bytes = readFileSync(join(root, path));
  const hash = sha256(bytes);
  const file = `${name}.${hash.slice(0, 8)}${extname(path)}`;
  copyFileSync(join(root, path), join(root, 'pkg', 'assets', file));
  return { file, bytes: bytes.length, sha256: hash };
}

function copyGlue(from, name) {
  mkdirSync(join(root, 'pkg', 'glue'), { recursive: true });
  for (const file of [`${name}.js`, `${name}.d.ts`]) copyFileSync(join(from, file), join(root, 'pkg', 'glue', file));
}

/** The one glue of all builds: the same code with other instructions has the same imports and exports. */
function oneGlue() {
  const [first, ...others] = Object.keys(BUILDS).map((build) => join(root, 'pkg', build, 'nearfar.js'));
  const text = readFileSync(first);
  const other = others.find((path) => !readFileSync(path).equals(text));
  if (other) throw new Stop(`${first} and ${other} differ: wasm-bindgen has named something by the build's flags`);
  copyGlue(dirname(first), 'nearfar');
}

/** The list as a module whose addresses every bundler finds: each must be written out, `new URL` and all. */
function listModule({ model, sealing, builds }) {
  const entry = ({ file, bytes, sha256 }) =>
    `{ file: '${file}', bytes: ${bytes}, sha256: '${sha256}', url: () => new URL('./assets/${file}', import.meta.url) }`;
  const lines = Object.entries(builds).map(([build, item]) => `  ${build}: ${entry(item)},`);
  const alone = `export const model = ${entry(model)};\nexport const sealing = ${entry(sealing)};\n`;
  return `${alone}export const builds = {\n${lines.join('\n')}\n};\n`;
}

const LIST_TYPES = `export interface Asset {
  file: string;
  bytes: number;
  sha256: string;
  url(): URL;
}
export const model: Asset;
export const sealing: Asset;
export const builds: Record<${Object.keys(BUILDS)
  .map((build) => `'${build}'`)
  .join(' | ')}, Asset>;
`;

/**
 * Builds everything under `pkg/`: the `glue/`, the `assets/` that are fetched, and the list of them, `assets.js` and
 * `assets.json`.
 */
export async function buildEngine() {
  const toolchain = await wasmToolchain();
  const tools = await wasmBindgen();
  say(`compiling the engine: ${Object.keys(BUILDS).join(', ')} (toolchain: ${toolchain.name})`);
  // At once: most of each is one unit on one core.
  const compiled = Object.keys(BUILDS).map(async (build) => {
    const wasm = await compile(toolchain, 'nearfar', build);
    return { wasm, out: `pkg/${build}`, name: 'nearfar', build, neverCalled: NEVER_CALLED };
  });
  const parts = await Promise.all(compiled);
  const sealer = await compile(toolchain, 'nearfar-sealing', 'scalar');
  parts.push({ wasm: sealer, out: 'pkg/sealing', name: 'sealing', build: 'scalar', neverCalled: [] });
  for (const { wasm, ...part } of parts) {
    const outputs = [`${part.name}_bg.wasm`, `${part.name}.js`].map((name) => `${part.out}/${name}`);
    const step = { inputs: [wasm, 'Cargo.lock', 'package-lock.json', 'scripts/lib'], outputs };
    await once(`pack-${basename(part.out)}`, step, () => pack(tools, wasm, part));
  }
  oneGlue();
  copyGlue(join(root, 'pkg', 'sealing'), 'sealing');
  const pkg = join(root, 'pkg');
  rmSync(join(pkg, 'assets'), { recursive: true, force: true });
  mkdirSync(join(pkg, 'assets'));
  const list = {
    model: asset(MODEL, basename(MODEL, '.tflite')),
    sealing: asset('pkg/sealing/sealing_bg.wasm', 'nearfar-sealing'),
    builds: Object.fromEntries(
      Object.keys(BUILDS).map((build) => [build, asset(`pkg/${build}/nearfar_bg.wasm`, `nearfar-${build}`)]),
    ),
  };
  for (const [build, { bytes }] of Object.entries(list.builds))
    if (bytes >= GOAL_BYTES) say(`the wasm of ${build} has ${bytes} bytes; the goal is under ${GOAL_BYTES}`);
  writeFileSync(join(pkg, 'assets.json'), `${JSON.stringify(list, null, 2)}\n`);
  writeFileSync(join(pkg, 'assets.js'), listModule(list));
  writeFileSync(join(pkg, 'assets.d.ts'), LIST_TYPES);
  return list;
}

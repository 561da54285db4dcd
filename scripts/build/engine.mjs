// The engine: three wasm builds of the root crate, their glue, and the list of what the page fetches. And the small
// module that seals what is sent, which is fetched only once there is something to seal.

import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { cached, sha256 } from '../cli/cached.mjs';
import { cargo } from '../cli/cargo.mjs';
import { progress } from '../cli/progress.mjs';
import { captured, output, root, run, say, UserError } from '../cli/run.mjs';
import { MODEL } from '../setup/npm-packages.mjs';
import { wasmBindgen, wasmToolchain } from '../setup/wasm-toolchain.mjs';
import { SHORT_NAMES, shortened } from './short-names.mjs';

/** The builds of the engine, the fastest first, and the CPU features that each asks the browser for. */
export const BUILDS = {
  relaxed: ['simd128', 'relaxed-simd'],
  simd: ['simd128'],
  scalar: [],
};

/** The one that every browser runs. */
export const FOR_ALL = 'scalar';

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
export const GOAL_BYTES = 290_000;

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

/** The folders that cargo keeps the sources of packages in, one for each registry. */
function registries() {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  return existsSync(sources) ? readdirSync(sources).map((index) => join(sources, index)) : [];
}

/** Has cargo fetch the engine's packages where it has none: the names of their folders are in the compiler's flags. */
async function fetchSources(toolchain) {
  if (registries().length > 0) return;
  const what = ['--package', 'nearfar', '--edges', 'normal,build', ...toolchain.args];
  await run(toolchain.cargo, ['tree', '--quiet', '--locked', ...what], {
    env: toolchain.env,
    quiet: true,
    step: "fetching the engine's packages",
  });
}

/** Folders whose names panic messages would carry into the wasm, and what they are called there. */
function remapped() {
  const sysroot = output('rustc', ['--print', 'sysroot']);
  const library = sysroot ? [join(sysroot, 'lib/rustlib/src/rust/library')] : [];
  return [...registries(), ...library, root].map((folder) => `--remap-path-prefix=${folder}/=`);
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
  await cargo(['build', '--locked', '--release', '--package', crate, '--lib', ...toolchain.args], {
    cargo: toolchain.cargo,
    env: { ...toolchain.env, ...rustflags(build), CARGO_TARGET_DIR: join(root, folder) },
    step: `compiling ${crate} for ${build}`,
  });
  return join(folder, 'wasm32-unknown-unknown', 'release', `${crate.replaceAll('-', '_')}.wasm`);
}

/**
 * Makes the glue, and the wasm smaller: without the words of panics, and with short names to the glue.
 * `name`: of the files; `neverCalled`: see trim-wasm.mjs
 */
async function pack(bindgen, wasm, { out: place, name, build, neverCalled }) {
  // In a folder of its own until it is whole: another command may be packing the same build.
  const out = join('.cache', 'pack', `${basename(place)}.${process.pid}`);
  await run(bindgen, [wasm, out, name]);
  const file = join(out, `${name}_bg.wasm`);
  // Only now: it imports an npm package, and a new clone has none before the set-up.
  const { trimWasm } = await import('./trim-wasm.mjs');
  trimWasm(join(root, file), neverCalled);
  const features = [...RUST_FEATURES, ...WASM_OPT_FEATURES[build]].map((feature) => `--enable-${feature}`);
  // LLVM has inlined what gains by it; wasm-opt's -O3 makes 1 % more bytes of it and nothing faster.
  const passes = ['-Oz', SHORT_NAMES, '--strip-debug', '--strip-producers', '--strip-target-features'];
  const optimize = ['node_modules/binaryen/bin/wasm-opt', ...passes, ...features, file, '--output', file];
  const names = await progress(`optimising ${join(place, `${name}_bg.wasm`)}`, captured(process.execPath, optimize));
  const glue = join(root, out, `${name}.js`);
  writeFileSync(glue, shortened(readFileSync(glue, 'utf8'), JSON.parse(names)));
  mkdirSync(join(root, place), { recursive: true });
  for (const made of readdirSync(join(root, out))) renameSync(join(root, out, made), join(root, place, made));
  rmSync(join(root, out), { recursive: true });
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
function oneGlue(names) {
  const [first, ...others] = names.map((build) => join(root, 'pkg', build, 'nearfar.js'));
  const text = readFileSync(first);
  const other = others.find((path) => !readFileSync(path).equals(text));
  if (other) throw new UserError(`${first} and ${other} differ: wasm-bindgen has named something by the build's flags`);
  copyGlue(dirname(first), 'nearfar');
}

/** Whether every build was made before, if not of the code as it is now. */
export function hasAllBuilds() {
  return Object.keys(BUILDS).every((build) => existsSync(join(root, 'pkg', build, 'nearfar_bg.wasm')));
}

/** A file for each build: the one for all browsers takes the place of those that are not there yet. */
export function forEveryBrowser(built) {
  return Object.fromEntries(Object.keys(BUILDS).map((build) => [build, built[build] ?? built[FOR_ALL]]));
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
 * @param {Promise<void>} packages settles when the npm packages are there, which are not needed to compile
 * @param {string[]} names which builds; the one for all browsers takes the place of the others
 */
export async function buildEngine(packages, names = Object.keys(BUILDS)) {
  const toolchain = await wasmToolchain();
  await fetchSources(toolchain);
  const bindgen = wasmBindgen();
  const build = async (crate, part) => {
    const wasm = await compile(toolchain, crate, part.build);
    await packages;
    const program = await bindgen;
    const outputs = [`${part.name}_bg.wasm`, `${part.name}.js`].map((name) => `${part.out}/${name}`);
    const step = { inputs: [wasm, 'Cargo.lock', 'package-lock.json', 'scripts/build'], outputs };
    await cached(`pack-${basename(part.out)}`, step, () => pack(program, wasm, part));
  };
  // At once: most of each is one unit on one core. The module that seals waits for the build whose folder it shares.
  await Promise.all([
    bindgen,
    ...names.map((name) =>
      build('nearfar', { out: `pkg/${name}`, name: 'nearfar', build: name, neverCalled: NEVER_CALLED }),
    ),
    build('nearfar-sealing', { out: 'pkg/sealing', name: 'sealing', build: 'scalar', neverCalled: [] }),
  ]);
  oneGlue(names);
  copyGlue(join(root, 'pkg', 'sealing'), 'sealing');
  const pkg = join(root, 'pkg');
  rmSync(join(pkg, 'assets'), { recursive: true, force: true });
  mkdirSync(join(pkg, 'assets'));
  const built = Object.fromEntries(
    names.map((build) => [build, asset(`pkg/${build}/nearfar_bg.wasm`, `nearfar-${build}`)]),
  );
  const list = {
    model: asset(MODEL, basename(MODEL, '.tflite')),
    sealing: asset('pkg/sealing/sealing_bg.wasm', 'nearfar-sealing'),
    builds: forEveryBrowser(built),
  };
  for (const [build, { bytes }] of Object.entries(built))
    if (bytes >= GOAL_BYTES) say(`the wasm of ${build} has ${bytes} bytes; the goal is under ${GOAL_BYTES}`);
  writeFileSync(join(pkg, 'assets.json'), `${JSON.stringify(list, null, 2)}\n`);
  writeFileSync(join(pkg, 'assets.js'), listModule(list));
  writeFileSync(join(pkg, 'assets.d.ts'), LIST_TYPES);
  return list;
}

// Builds the engine: three wasm builds of the root crate, their glue, and the list of the files that the page fetches.
// Also builds the small module that seals uploads, which the page fetches only when it needs it.

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
import { captureOutput, log, output, root, run, UserError } from '../cli/run.mjs';
import { MODEL, MODEL_SHA256 } from '../setup/npm-packages.mjs';
import { buildWasmBindgen, ensureWasmToolchain } from '../setup/wasm-toolchain.mjs';
import { SHORT_NAMES, shortenGlue } from './short-names.mjs';

/** The builds of the engine, fastest first, and the wasm features that each needs. */
export const BUILDS = {
  relaxed: ['simd128', 'relaxed-simd'],
  simd: ['simd128'],
  scalar: [],
};

/** The build that every browser runs. */
export const BASELINE_BUILD = 'scalar';

/** The same features, and those that Rust's wasm32 target always uses, by wasm-opt's names. */
const WASM_OPT_FEATURES = { relaxed: ['simd', 'relaxed-simd'], simd: ['simd'], scalar: [] };
const RUST_FEATURES = [
  'bulk-memory',
  'multivalue',
  'mutable-globals',
  'nontrapping-float-to-int',
  'reference-types',
  'sign-ext',
];

/** The page's model file. */
export const INT8_MODEL = 'pkg/face-detection-int8.bin';

/** The goal for the size of each wasm, in raw bytes. A larger build is logged. */
export const GOAL_BYTES = 290_000;

/** Unused code paths of the JPEG encoder. A setting selects them at run time, so no linker can remove them. */
export const NEVER_CALLED = ['encode_blocks', 'encode_image_progressive', 'optimize_huffman_table'].map(
  (name) => new RegExp(`^<?jpeg_encoder::encoder::Encoder<.*>::${name}`),
);

/**
 * LLVM's trade-off between speed and size. Its defaults for unrolling and inlining add a tenth to the wasm without a
 * gain in the benchmark; below an unroll threshold of 100 the kernels get slower. Loop vectorisation costs 9 kB and
 * makes the JPEG encoder a quarter faster; SLP vectorisation gains nothing.
 */
const LLVM = ['-inline-threshold=5', '-unroll-threshold=100', '-unroll-runtime=0'];

/** The folders in which cargo keeps package sources, one for each registry. */
function registries() {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry', 'src');
  return existsSync(sources) ? readdirSync(sources).map((index) => join(sources, index)) : [];
}

/** Makes cargo fetch the engine's packages if it has none: the compiler's flags contain their folder names. */
async function fetchSources(toolchain) {
  if (registries().length > 0) return;
  const what = ['--package', 'nearfar', '--edges', 'normal,build', ...toolchain.args];
  await run(toolchain.cargo, ['tree', '--quiet', '--locked', ...what], {
    env: toolchain.env,
    quiet: true,
    step: "fetching the engine's packages",
  });
}

/** Flags that keep local folder names out of the panic messages in the wasm. */
function remapFlags() {
  const sysroot = output('rustc', ['--print', 'sysroot']);
  const library = sysroot ? [join(sysroot, 'lib/rustlib/src/rust/library')] : [];
  return [...registries(), ...library, root].map((folder) => `--remap-path-prefix=${folder}/=`);
}

/** The compiler flags of a build, as cargo's environment. */
export function rustflags(build) {
  const features = BUILDS[build].map((feature) => `-Ctarget-feature=+${feature}`);
  const llvm = LLVM.map((option) => `-Cllvm-args=${option}`);
  const flags = [...llvm, '-Cno-vectorize-slp', ...remapFlags(), ...features];
  // Unlike RUSTFLAGS, this variable allows spaces in folder names.
  return { CARGO_ENCODED_RUSTFLAGS: flags.join('\x1f') };
}

/** Compiles a crate for one build and returns the path of the wasm file. */
async function compile(toolchain, crate, build) {
  // Each build has its own folder: cargo does not distinguish objects by path-remapping flags, and would recompile them
  // all each time.
  const folder = join('target', 'engine', build);
  await cargo(['build', '--locked', '--release', '--package', crate, '--lib', ...toolchain.args], {
    cargo: toolchain.cargo,
    env: { ...toolchain.env, ...rustflags(build), CARGO_TARGET_DIR: join(root, folder) },
    step: `compiling ${crate} for ${build}`,
  });
  return join(folder, 'wasm32-unknown-unknown', 'release', `${crate.replaceAll('-', '_')}.wasm`);
}

/**
 * Generates the glue and shrinks the wasm: removes panic messages and shortens the names that it shares with the glue.
 * `name`: the file name; `neverCalled`: see trim-wasm.mjs
 */
async function pack(bindgen, wasm, { out: target, name, build, neverCalled }) {
  // In its own folder until it is complete: another command may pack the same build.
  const out = join('.cache', 'pack', `${basename(target)}.${process.pid}`);
  await run(bindgen, [wasm, out, name]);
  const file = join(out, `${name}_bg.wasm`);
  // Imported late: it needs an npm package, and a new clone has none before the set-up.
  const { trimWasm } = await import('./trim-wasm.mjs');
  trimWasm(join(root, file), neverCalled);
  const features = [...RUST_FEATURES, ...WASM_OPT_FEATURES[build]].map((feature) => `--enable-${feature}`);
  // LLVM has inlined already; wasm-opt's -O3 adds 1 % to the size and nothing to the speed.
  const passes = ['-Oz', SHORT_NAMES, '--strip-debug', '--strip-producers', '--strip-target-features'];
  const optimize = ['node_modules/binaryen/bin/wasm-opt', ...passes, ...features, file, '--output', file];
  const names = await progress(
    `optimising ${join(target, `${name}_bg.wasm`)}`,
    captureOutput(process.execPath, optimize),
  );
  const glue = join(root, out, `${name}.js`);
  writeFileSync(glue, shortenGlue(readFileSync(glue, 'utf8'), JSON.parse(names)));
  mkdirSync(join(root, target), { recursive: true });
  for (const file of readdirSync(join(root, out))) renameSync(join(root, out, file), join(root, target, file));
  rmSync(join(root, out), { recursive: true });
}

/** Copies a file to `pkg/assets/` under a name with its hash, so that browsers can cache it for ever. */
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

/** Writes the page's model file: the published model with 8-bit weights. */
async function buildModel(packages) {
  await cargo(['build', '--locked', '--package', 'nearfar-int8-model', '--bin', 'int8-model', '--profile', 'tools'], {
    env: { CARGO_TARGET_DIR: join(root, 'target') },
    step: 'compiling int8-model',
  });
  await packages;
  const hash = sha256(readFileSync(join(root, MODEL)));
  if (hash !== MODEL_SHA256) throw new UserError(`${MODEL} has the SHA-256 ${hash}, not ${MODEL_SHA256}`);
  const program = join('target', 'tools', 'int8-model');
  mkdirSync(join(root, 'pkg'), { recursive: true });
  await cached('int8-model', { inputs: [program, MODEL], outputs: [INT8_MODEL] }, () =>
    run(join(root, program), [MODEL, INT8_MODEL], { step: 'rounding the weights of the face detection model' }),
  );
}

/** Copies the glue that all builds share: they differ in instructions, not in imports and exports. */
function copySharedGlue(names) {
  const [first, ...others] = names.map((build) => join(root, 'pkg', build, 'nearfar.js'));
  const text = readFileSync(first);
  const other = others.find((path) => !readFileSync(path).equals(text));
  if (other) throw new UserError(`${first} and ${other} differ: wasm-bindgen has named something by the build's flags`);
  copyGlue(dirname(first), 'nearfar');
}

/** Whether every build exists, even if it is out of date. */
export function hasAllBuilds() {
  return Object.keys(BUILDS).every((build) => existsSync(join(root, 'pkg', build, 'nearfar_bg.wasm')));
}

/** Completes the builds: the baseline build stands in for missing ones. */
export function fillMissingBuilds(built) {
  return Object.fromEntries(Object.keys(BUILDS).map((build) => [build, built[build] ?? built[BASELINE_BUILD]]));
}

/** The list as a module. Bundlers find a URL only if it is written out with `new URL`. */
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
 * Builds everything in `pkg/`: the `glue/`, the `assets/` that the page fetches, and their list, `assets.js` and
 * `assets.json`.
 * @param {Promise<void>} packages settles when the npm packages are installed; compiling does not need them
 * @param {string[]} names which builds; the baseline build stands in for the others
 */
export async function buildEngine(packages, names = Object.keys(BUILDS)) {
  const toolchain = await ensureWasmToolchain();
  await fetchSources(toolchain);
  const bindgen = buildWasmBindgen();
  const build = async (crate, part) => {
    const wasm = await compile(toolchain, crate, part.build);
    await packages;
    const program = await bindgen;
    const outputs = [`${part.name}_bg.wasm`, `${part.name}.js`].map((name) => `${part.out}/${name}`);
    const step = { inputs: [wasm, 'Cargo.lock', 'package-lock.json', 'scripts/build'], outputs };
    await cached(`pack-${basename(part.out)}`, step, () => pack(program, wasm, part));
  };
  // In parallel: most of each build is one unit on one core. The sealing module waits for the build whose folder it
  // shares.
  await Promise.all([
    bindgen,
    buildModel(packages),
    ...names.map((name) =>
      build('nearfar', { out: `pkg/${name}`, name: 'nearfar', build: name, neverCalled: NEVER_CALLED }),
    ),
    build('nearfar-sealing', { out: 'pkg/sealing', name: 'sealing', build: 'scalar', neverCalled: [] }),
  ]);
  copySharedGlue(names);
  copyGlue(join(root, 'pkg', 'sealing'), 'sealing');
  const pkg = join(root, 'pkg');
  rmSync(join(pkg, 'assets'), { recursive: true, force: true });
  mkdirSync(join(pkg, 'assets'));
  const built = Object.fromEntries(
    names.map((build) => [build, asset(`pkg/${build}/nearfar_bg.wasm`, `nearfar-${build}`)]),
  );
  const list = {
    model: asset(INT8_MODEL, basename(INT8_MODEL, '.bin')),
    sealing: asset('pkg/sealing/sealing_bg.wasm', 'nearfar-sealing'),
    builds: fillMissingBuilds(built),
  };
  for (const [build, { bytes }] of Object.entries(built))
    if (bytes >= GOAL_BYTES) log(`the wasm of ${build} has ${bytes} bytes; the goal is under ${GOAL_BYTES}`);
  writeFileSync(join(pkg, 'assets.json'), `${JSON.stringify(list, null, 2)}\n`);
  writeFileSync(join(pkg, 'assets.js'), listModule(list));
  writeFileSync(join(pkg, 'assets.d.ts'), LIST_TYPES);
  return list;
}

// Finds or installs the Rust toolchain for wasm, from rustup or Debian's packages, and builds wasm-bindgen from the
// lock file.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cargo } from '../cli/cargo.mjs';
import { log, output, root, run, UserError } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

const TARGET = 'wasm32-unknown-unknown';
const DEBIAN_PACKAGES = ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-llvm', 'lld-22'];

/** The two toolchains: the cargo to run, the arguments for every command, and the environment. */
const RUSTUP = { name: 'rustup', cargo: 'cargo', args: ['--target', TARGET], env: {} };
const DEBIAN_TOOLCHAIN = {
  name: 'Debian',
  cargo: '/usr/bin/cargo',
  args: ['-Zbuild-std=std,panic_abort', '--target', TARGET],
  env: { RUSTC_BOOTSTRAP: '1', PATH: `/usr/bin:${process.env.PATH}`, RUSTUP_TOOLCHAIN: undefined },
};

function hasTarget() {
  const libraries = output('rustc', ['--print', 'target-libdir', '--target', TARGET]);
  return libraries !== null && existsSync(libraries);
}

/** Finds a toolchain that compiles for wasm, or installs one. */
export async function ensureWasmToolchain() {
  if (output('cargo', ['--version']) === null) {
    throw new UserError('Rust is missing. Install it from https://rustup.rs (1.95 or later) and run this again.');
  }
  if (hasTarget()) return RUSTUP;
  if (output('rustup', ['--version']) !== null) {
    log(`adding the Rust target ${TARGET} with rustup`);
    try {
      await run('rustup', ['target', 'add', TARGET]);
      if (hasTarget()) return RUSTUP;
    } catch {
      log('rustup could not download the target');
    }
  }
  if (DEBIAN_PACKAGES.every((name) => output('dpkg', ['-s', name]) !== null)) return DEBIAN_TOOLCHAIN;
  if (canApt()) {
    log(`installing Debian's Rust for wasm instead: ${DEBIAN_PACKAGES.join(' ')}`);
    await aptInstall(DEBIAN_PACKAGES);
    return DEBIAN_TOOLCHAIN;
  }
  throw new UserError(
    `no Rust target ${TARGET}. Run "rustup target add ${TARGET}", ` +
      `or on Debian "apt-get install ${DEBIAN_PACKAGES.join(' ')}", and run this again.`,
  );
}

/** Builds a program of crates/wasm-bindgen-runner. `target`: cargo's arguments. Returns its folder. */
async function buildRunner(target, step) {
  await cargo(['build', '--locked', '--package', 'wasm-bindgen-runner', ...target, '--profile', 'tools'], {
    env: { CARGO_TARGET_DIR: join(root, 'target') },
    step,
  });
  return join(root, 'target', 'tools');
}

/** Builds wasm-bindgen from the workspace's lock file and returns its path. */
export async function buildWasmBindgen() {
  return join(await buildRunner(['--bin', 'bindgen'], 'compiling wasm-bindgen'), 'bindgen');
}

/** Builds wasm-bindgen's test runner and returns its path. */
export async function buildWasmTestRunner() {
  const target = ['--features', 'test-runner', '--bin', 'bindgen-test-runner'];
  return join(await buildRunner(target, "compiling wasm-bindgen's test runner"), 'bindgen-test-runner');
}

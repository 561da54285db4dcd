// The Rust toolchain for wasm, by rustup or by Debian's packages, and wasm-bindgen from the lock file.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cargo } from '../cli/cargo.mjs';
import { output, root, run, say, UserError } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

const TARGET = 'wasm32-unknown-unknown';
const DEBIAN_PACKAGES = ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-llvm', 'lld-22'];

/** A way to compile for wasm: the cargo to start, the arguments that every command gets, and the environment. */
const byRustup = { name: 'rustup', cargo: 'cargo', args: ['--target', TARGET], env: {} };
const byDebian = {
  name: 'Debian',
  cargo: '/usr/bin/cargo',
  args: ['-Zbuild-std=std,panic_abort', '--target', TARGET],
  env: { RUSTC_BOOTSTRAP: '1', PATH: `/usr/bin:${process.env.PATH}`, RUSTUP_TOOLCHAIN: undefined },
};

function hasTarget() {
  const libraries = output('rustc', ['--print', 'target-libdir', '--target', TARGET]);
  return libraries !== null && existsSync(libraries);
}

/** Finds a toolchain that compiles for wasm, and installs one where there is none. */
export async function wasmToolchain() {
  if (output('cargo', ['--version']) === null) {
    throw new UserError('Rust is missing. Install it by https://rustup.rs (1.95 or later) and run this again.');
  }
  if (hasTarget()) return byRustup;
  if (output('rustup', ['--version']) !== null) {
    say(`adding the Rust target ${TARGET} by rustup`);
    try {
      await run('rustup', ['target', 'add', TARGET]);
      if (hasTarget()) return byRustup;
    } catch {
      say('rustup could not download it');
    }
  }
  if (DEBIAN_PACKAGES.every((name) => output('dpkg', ['-s', name]) !== null)) return byDebian;
  if (canApt()) {
    say(`installing Debian's Rust for wasm instead: ${DEBIAN_PACKAGES.join(' ')}`);
    await aptInstall(DEBIAN_PACKAGES);
    return byDebian;
  }
  throw new UserError(
    `no Rust target ${TARGET}. Run "rustup target add ${TARGET}", ` +
      `or on Debian "apt-get install ${DEBIAN_PACKAGES.join(' ')}", and run this again.`,
  );
}

/** Builds a program of crates/wasm-bindgen-runner, `what` in cargo's arguments. Returns the folder that it is in. */
async function runner(what, step) {
  await cargo(['build', '--locked', '--package', 'wasm-bindgen-runner', ...what, '--profile', 'tools'], {
    env: { CARGO_TARGET_DIR: join(root, 'target') },
    step,
  });
  return join(root, 'target', 'tools');
}

/** Builds wasm-bindgen from this workspace's lock file; returns the program's path. */
export async function wasmBindgen() {
  return join(await runner(['--bin', 'bindgen'], 'compiling wasm-bindgen'), 'bindgen');
}

/** The same for the runner of wasm tests. */
export async function wasmTestRunner() {
  const what = ['--features', 'test-runner', '--bin', 'bindgen-test-runner'];
  return join(await runner(what, "compiling wasm-bindgen's test runner"), 'bindgen-test-runner');
}

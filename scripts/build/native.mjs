// Builds the native crates with their tests: one set of cargo arguments, so that libraries are compiled once.

import { join } from 'node:path';
import { cargo } from '../cli/cargo.mjs';
import { root, run } from '../cli/run.mjs';

/** The native crates of the workspace, always all of them: for a subset cargo would compile the libraries again. */
export const NATIVE = ['--locked', '--workspace', '--exclude', 'wasm-bindgen-runner'];

/**
 * Everything that has tests, and the programs that the tests start. Examples and the evaluation commands are left out,
 * since they take as long to build as the tests; `lintNative` covers them.
 */
export const TESTED = [...NATIVE, '--tests'];

/** The folder of the programs that the native tests start. */
export const DEBUG_DIR = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');

/** The arguments that make clippy's warnings errors. */
export const DENY_WARNINGS = ['--', '--deny', 'warnings'];

/**
 * Clippy as the workspace's compiler, with warnings as errors: it lints what is compiled for the tests anyway, where
 * `cargo clippy` would check every dependency a second time. That command sets the same two variables. Code that clippy
 * compiles has fewer of the compiler's pointer checks, so `npm run test:all` compiles and lints separately.
 */
export const LINTED = {
  RUSTC_WORKSPACE_WRAPPER: 'clippy-driver',
  CLIPPY_ARGS: DENY_WARNINGS.slice(1).join('__CLIPPY_HACKERY__'),
};

/** The compiler's environment. `all`: the plain compiler; otherwise clippy. */
export const compilerEnv = (all) => (all ? {} : LINTED);

/** Compiles the service and every native test. `all`: with the plain compiler; otherwise clippy lints them too. */
export function buildNative({ all }) {
  const step = 'compiling the native tests and the service';
  return cargo(['test', '--no-run', ...TESTED], { step, env: compilerEnv(all) });
}

/** Compiles the service as its tests use it. */
export function buildTestedService() {
  const step = 'compiling the service';
  return run('cargo', ['test', '--quiet', '--no-run', ...NATIVE, '--test', 'service'], { step });
}

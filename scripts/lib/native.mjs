// The native crates: what is compiled of them together, how they are linted and tested.

import { join } from 'node:path';
import { cargo } from './cargo.mjs';
import { output, root, run, Stop } from './run.mjs';

export const DENY_WARNINGS = ['--', '--deny', 'warnings'];

/** The workspace's native crates, always all of them: cargo would compile the libraries anew for a part of them. */
const NATIVE = ['--locked', '--workspace', '--exclude', 'wasm-bindgen-runner'];

/** All but their examples, which clippy looks at and which take as long to build as the tests. */
const TESTED = [...NATIVE, '--lib', '--bins', '--tests'];

/** Where cargo puts the programs that the native tests start. */
export const BUILT = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');

/**
 * Clippy as the workspace's compiler, warnings being errors: it looks at what is compiled for the tests anyway, where
 * `cargo clippy` would check every dependency a second time. This is how that command starts it.
 */
const LINTED = { RUSTC_WORKSPACE_WRAPPER: 'clippy-driver', CLIPPY_ARGS: ['-D', 'warnings'].join('__CLIPPY_HACKERY__') };

/** Compiles the service and every native test, and lints them. */
export function buildNative() {
  if (output('clippy-driver', ['--version']) === null)
    throw new Stop('clippy is missing. Run "rustup component add clippy" and this again.');
  return cargo(['test', '--no-run', ...TESTED], {
    step: 'compiling and linting the native tests and the service',
    env: LINTED,
  });
}

/** Compiles the service as its tests have it. */
export function buildTestedService() {
  const step = 'compiling the service';
  return run('cargo', ['test', '--quiet', '--no-run', ...NATIVE, '--test', 'service'], { step });
}

/** Clippy on everything of the workspace, examples too, warnings being errors. `start`: `run` or `runBehind`, as below. */
export function lintNative(start = run) {
  return start('cargo', ['clippy', '--quiet', '--locked', '--workspace', '--all-targets', ...DENY_WARNINGS], {
    step: 'linting the crates',
  });
}

/** The tests within the crates' sources, which need neither a database nor a socket. */
export function unitTests() {
  return run('cargo', ['test', '--quiet', ...NATIVE, '--lib', '--bins'], { step: 'testing the crates from within' });
}

/** These integration tests, of whichever crate. */
export function integrationTests(targets) {
  const tests = targets.flatMap((target) => ['--test', target]);
  return run('cargo', ['test', '--quiet', ...NATIVE, ...tests], { step: `testing ${targets.join(', ')}` });
}

/** What compares the engine with its documents. */
export function documentTests() {
  const which = ['--test', 'engine', '--', 'architecture', 'session_docs'];
  return run('cargo', ['test', '--quiet', ...NATIVE, ...which], { step: "testing the engine's documents" });
}

/**
 * Every native test as `buildNative` compiled it, the service's on SQLite; the store's suites use PostgreSQL beside it. All
 * share one PostgreSQL, which ends with its command. `s3`: the address of an S3 for the store's suites
 */
export function nativeTests({ hasPostgres, s3, start = run }) {
  const env = { ...LINTED, ...(s3 && { TEST_S3: s3 }) };
  const command = ['cargo', 'test', '--no-fail-fast', ...TESTED];
  if (hasPostgres) command.unshift(join(BUILT, 'with-postgres'));
  const [program, ...args] = command;
  return start(program, args, { env });
}

/** The service's tests once more, on PostgreSQL alone. */
export function serviceOnPostgres(start = run) {
  const command = ['cargo', 'test', ...NATIVE, '--test', 'service'];
  return start(join(BUILT, 'with-postgres'), command, { env: { ...LINTED, TEST_BACKEND: 'postgres' } });
}

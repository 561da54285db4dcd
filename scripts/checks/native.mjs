// The native crates: what is compiled of them together, how they are linted and tested.

import { join } from 'node:path';
import { cargo } from '../cli/cargo.mjs';
import { output, root, run, UserError } from '../cli/run.mjs';

export const DENY_WARNINGS = ['--', '--deny', 'warnings'];

/** The workspace's native crates, always all of them: cargo would compile the libraries anew for a part of them. */
const NATIVE = ['--locked', '--workspace', '--exclude', 'wasm-bindgen-runner'];

/**
 * Whatever has tests, and the programs that they start. Not the examples, which take as long to build as the tests:
 * `npm run check` and `npm run test:all` lint those.
 */
const TESTED = [...NATIVE, '--tests'];

/** Where cargo puts the programs that the native tests start. */
export const BUILT = join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), 'debug');

/**
 * Clippy as the workspace's compiler, warnings being errors: it looks at what is compiled for the tests anyway, where
 * `cargo clippy` would check every dependency a second time. That command sets the same two variables. What clippy compiles
 * has fewer of the compiler's own checks of pointers, so `npm run test:all` has the plain compiler and lints apart.
 */
const LINTED = {
  RUSTC_WORKSPACE_WRAPPER: 'clippy-driver',
  CLIPPY_ARGS: DENY_WARNINGS.slice(1).join('__CLIPPY_HACKERY__'),
};

const compiler = (all) => (all ? {} : LINTED);

/** A `UserError` where there is no clippy. */
export function requireClippy() {
  if (output('clippy-driver', ['--version']) === null)
    throw new UserError('clippy is missing. Run "rustup component add clippy" and this again.');
}

/** Compiles the service and every native test. `all`: by the plain compiler; else they are linted, too */
export function buildNative({ all }) {
  const step = 'compiling the native tests and the service';
  return cargo(['test', '--no-run', ...TESTED], { step, env: compiler(all) });
}

/** Compiles the service as its tests have it. */
export function buildTestedService() {
  const step = 'compiling the service';
  return run('cargo', ['test', '--quiet', '--no-run', ...NATIVE, '--test', 'service'], { step });
}

/** Clippy on everything of the workspace, examples and build tools too. `start`: `run` or `runBehind` of run.mjs */
export function lintNative(start = run) {
  const what = ['--quiet', '--locked', '--workspace', '--all-targets'];
  return start('cargo', ['clippy', ...what, ...DENY_WARNINGS], { step: 'linting the crates' });
}

/** Clippy on the service as `npm start` compiles it, without PostgreSQL and S3. `start`: see `lintNative` */
export function lintSmallService(start = run) {
  const what = ['--quiet', '--locked', '--package', 'nearfar-server', '--no-default-features'];
  return start('cargo', ['clippy', ...what, ...DENY_WARNINGS], { step: 'linting the service of npm start' });
}

/** The tests within the crates' sources, which need neither a database nor a socket. */
export function unitTests() {
  return run('cargo', ['test', '--quiet', ...NATIVE, '--lib'], { step: 'testing the crates from within', env: LINTED });
}

/** These integration tests, of whichever crate. */
export function integrationTests(targets) {
  const tests = targets.flatMap((target) => ['--test', target]);
  const step = `testing ${targets.join(', ')}`;
  return run('cargo', ['test', '--quiet', ...NATIVE, ...tests], { step, env: LINTED });
}

/** What compares the engine with its documents. */
export function documentTests() {
  const which = ['--test', 'engine', '--', 'architecture', 'session_docs'];
  const step = "testing the engine's documents";
  return run('cargo', ['test', '--quiet', ...NATIVE, ...which], { step, env: LINTED });
}

/**
 * Every native test as `buildNative` compiled it, the service's on SQLite; the store's suites use PostgreSQL beside it. All
 * share one PostgreSQL, which ends with its command. `s3`: the address of an S3 for the store's suites
 */
export function nativeTests({ all, hasPostgres, s3 }) {
  const env = { ...compiler(all), ...(s3 && { TEST_S3: s3 }) };
  const command = ['cargo', 'test', '--no-fail-fast', ...TESTED];
  if (hasPostgres) command.unshift(join(BUILT, 'with-postgres'));
  const [program, ...args] = command;
  return run(program, args, { env });
}

/** The service's tests once more, on PostgreSQL alone, as `buildNative` of all compiled them. */
export function serviceOnPostgres() {
  const command = ['cargo', 'test', ...NATIVE, '--test', 'service'];
  return run(join(BUILT, 'with-postgres'), command, { env: { TEST_BACKEND: 'postgres' } });
}

// Lints and tests the native crates.

import { join } from 'node:path';
import { compilerEnv, DEBUG_DIR, DENY_WARNINGS, LINTED, NATIVE, TESTED } from '../build/native.mjs';
import { output, run, UserError } from '../cli/run.mjs';

/** Throws a `UserError` when clippy is missing. */
export function requireClippy() {
  if (output('clippy-driver', ['--version']) === null)
    throw new UserError('clippy is missing. Run "rustup component add clippy" and this command again.');
}

/**
 * Runs clippy on the whole workspace: examples, build tools and the evaluation commands too, which are behind a
 * feature. `start`: `run` or `runInBackground` of run.mjs
 */
export function lintNative(start = run) {
  const targets = ['--quiet', '--locked', '--workspace', '--all-targets', '--features', 'nearfar-evaluation/commands'];
  return start('cargo', ['clippy', ...targets, ...DENY_WARNINGS], { step: 'linting the crates' });
}

/** Runs clippy on the service as `npm start` compiles it, without PostgreSQL and S3. `start`: see `lintNative` */
export function lintDefaultService(start = run) {
  const targets = ['--quiet', '--locked', '--package', 'nearfar-server', '--no-default-features'];
  return start('cargo', ['clippy', ...targets, ...DENY_WARNINGS], { step: 'linting the service of npm start' });
}

/** Runs the unit tests of the crates, which need neither a database nor a socket. */
export function unitTests() {
  return run('cargo', ['test', '--quiet', ...NATIVE, '--lib'], {
    step: 'running the unit tests of the crates',
    env: LINTED,
  });
}

/** Runs these integration tests, of any crate. */
export function integrationTests(targets) {
  const tests = targets.flatMap((target) => ['--test', target]);
  const step = `testing ${targets.join(', ')}`;
  return run('cargo', ['test', '--quiet', ...NATIVE, ...tests], { step, env: LINTED });
}

/** Runs the tests that compare the engine with its documents. */
export function documentTests() {
  const tests = ['--test', 'engine', '--', 'architecture', 'session_docs'];
  const step = "testing the engine's documents";
  return run('cargo', ['test', '--quiet', ...NATIVE, ...tests], { step, env: LINTED });
}

/**
 * Runs every native test as `buildNative` compiled it: the service's on SQLite, the store's suites on PostgreSQL as
 * well. All share one PostgreSQL server, which ends with the command. `s3`: the endpoint of an S3 for the store's
 * suites
 */
export function nativeTests({ all, hasPostgres, s3 }) {
  const env = { ...compilerEnv(all), ...(s3 && { TEST_S3: s3 }) };
  const command = ['cargo', 'test', '--no-fail-fast', ...TESTED];
  if (hasPostgres) command.unshift(join(DEBUG_DIR, 'with-postgres'));
  const [program, ...args] = command;
  return run(program, args, { env });
}

/** Runs the service's tests again on PostgreSQL, as `buildNative({ all: true })` compiled them. */
export function serviceOnPostgres() {
  const command = ['cargo', 'test', ...NATIVE, '--test', 'service'];
  return run(join(DEBUG_DIR, 'with-postgres'), command, { env: { TEST_BACKEND: 'postgres' } });
}

// Programs of the workspace's crates that tests use: there where the tests were built, else made first.

import { join } from 'node:path';
import { run } from '../../../scripts/cli/run.mjs';

/** Runs a program of the crate nearfar-rendering. */
export function runRendering(program, args) {
  const built = process.env.TEST_PROGRAMS;
  if (built) return run(join(built, program), args);
  const what = ['--release', '--package', 'nearfar-rendering', '--bin', program];
  return run('cargo', ['run', '--quiet', '--locked', ...what, '--', ...args]);
}

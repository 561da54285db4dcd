// Programs of the workspace's crates that tests use: there where the tests were built, else made first.

import { join } from 'node:path';
import { run } from '../../../scripts/lib/run.mjs';

/** Runs a program of the crate nearfar-inspect. */
export function runInspect(program, args) {
  const built = process.env.TEST_PROGRAMS;
  if (built) return run(join(built, program), args);
  const what = ['--release', '--package', 'nearfar-inspect', '--bin', program];
  return run('cargo', ['run', '--quiet', '--locked', ...what, '--', ...args]);
}

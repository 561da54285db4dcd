// Runs the programs of the crate nearfar-rendering, from TEST_PROGRAMS or compiled first.

import { join } from 'node:path';
import { run } from '../../../scripts/cli/run.mjs';

/** Runs one program. */
export function runRenderingProgram(program, args) {
  const built = process.env.TEST_PROGRAMS;
  if (built) return run(join(built, program), args);
  const what = ['--release', '--package', 'nearfar-rendering', '--bin', program];
  return run('cargo', ['run', '--quiet', '--locked', ...what, '--', ...args]);
}

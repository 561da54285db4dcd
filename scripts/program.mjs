// Starts a program of the workspace, compiling it first where needed: node scripts/program.mjs NAME [its arguments].
//
// `cargo run` alone would be silent for minutes or, without --quiet, write among what the program prints.

import { spawn } from 'node:child_process';
import { cargo } from './cli/cargo.mjs';
import { HELP } from './cli/command.mjs';
import { main, root, run, UserError } from './cli/run.mjs';

/** What measures error rates; none of it is compiled for the tests. */
const EVALUATION = ['--release', '--package', 'nearfar-evaluation', '--features', 'commands'];

/** What cargo is told for each, with which first arguments it starts, and what has to be done before. */
const PROGRAMS = {
  inspect: { cargo: ['--release', '--package', 'nearfar-inspect', '--bin', 'inspect'] },
  parallax: { cargo: ['--release', '--package', 'nearfar-inspect', '--bin', 'parallax'] },
  evaluate: {
    cargo: ['--profile', 'start', '--package', 'nearfar-evaluation', '--features', 'commands', '--bin', 'evaluate'],
  },
  occlusion: {
    cargo: [...EVALUATION, '--bin', 'face_rates'],
    args: ['occlusion'],
    needs: 'crates/evaluation/corpus/fetch.mjs',
  },
  pose: {
    cargo: [...EVALUATION, '--bin', 'face_rates'],
    args: ['pose'],
  },
  eyes: {
    cargo: [...EVALUATION, '--bin', 'face_rates'],
    args: ['eyes'],
  },
  'face-times': {
    cargo: [...EVALUATION, '--bin', 'face_times'],
  },
  'face-crops': {
    cargo: [...EVALUATION, '--bin', 'face_crops'],
    needs: 'crates/evaluation/corpus/fetch.mjs',
  },
  'frame-choice': {
    cargo: [...EVALUATION, '--bin', 'frame_choice'],
    needs: 'crates/evaluation/corpus/fetch.mjs',
  },
  light: {
    cargo: [...EVALUATION, '--bin', 'light'],
    needs: 'crates/evaluation/corpus/fetch.mjs',
  },
  'false-faces': {
    cargo: [...EVALUATION, '--bin', 'false_faces'],
  },
};

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  const program = PROGRAMS[name];
  if (!program)
    throw new UserError(`which program? node scripts/program.mjs ${Object.keys(PROGRAMS).join('|')} [--help]`);
  await cargo(['build', '--locked', ...program.cargo], { step: `compiling ${name}` });
  if (program.needs && !args.some((word) => HELP.includes(word)))
    await run(process.execPath, [program.needs], { step: 'fetching what it needs' });
  // What it prints, its errors and its status are its own.
  const words = [...(program.args ?? []), ...args];
  const child = spawn('cargo', ['run', '--quiet', '--locked', ...program.cargo, '--', ...words], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
});

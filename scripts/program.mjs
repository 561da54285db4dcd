// Compiles and runs a program of the workspace: node scripts/program.mjs NAME [ARGUMENTS].
//
// `cargo run` alone would print nothing for minutes or, without --quiet, mix its output with the program's.

import { spawn } from 'node:child_process';
import { cargo } from './cli/cargo.mjs';
import { HELP } from './cli/command.mjs';
import { main, root, run, UserError } from './cli/run.mjs';

/** The commands that measure error rates. They are not compiled for the tests. */
const EVALUATION = ['--release', '--package', 'nearfar-evaluation', '--features', 'commands'];

/** `cargo`: cargo's arguments; `args`: the program's first arguments; `needs`: a script to run before. */
const PROGRAMS = {
  inspect: { cargo: ['--release', '--package', 'nearfar-inspect', '--bin', 'inspect'] },
  parallax: { cargo: ['--release', '--package', 'nearfar-inspect', '--bin', 'parallax'] },
  evaluate: {
    cargo: ['--profile', 'start', '--package', 'nearfar-evaluation', '--features', 'commands', '--bin', 'evaluate'],
  },
  occlusion: {
    cargo: [...EVALUATION, '--bin', 'face_rates'],
    args: ['occlusion'],
    needs: 'crates/rendering/corpus/fetch.mjs',
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
    needs: 'crates/rendering/corpus/fetch.mjs',
  },
  'frame-choice': {
    cargo: [...EVALUATION, '--bin', 'frame_choice'],
    needs: 'crates/rendering/corpus/fetch.mjs',
  },
  'capture-times': {
    cargo: [...EVALUATION, '--bin', 'capture_times'],
    needs: 'crates/rendering/corpus/fetch.mjs',
  },
  light: {
    cargo: [...EVALUATION, '--bin', 'light'],
    needs: 'crates/rendering/corpus/fetch.mjs',
  },
  'model-files': {
    cargo: [...EVALUATION, '--bin', 'model_files'],
    needs: 'crates/rendering/corpus/fetch.mjs',
  },
  'false-faces': {
    cargo: [...EVALUATION, '--bin', 'false_faces'],
  },
};

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  const program = PROGRAMS[name];
  if (!program)
    throw new UserError(`name a program: node scripts/program.mjs ${Object.keys(PROGRAMS).join('|')} [--help]`);
  await cargo(['build', '--locked', ...program.cargo], { step: `compiling ${name}` });
  if (program.needs && !args.some((arg) => HELP.includes(arg)))
    await run(process.execPath, [program.needs], { step: 'fetching its data' });
  // Output, errors and exit status are the program's own.
  const programArgs = [...(program.args ?? []), ...args];
  const child = spawn('cargo', ['run', '--quiet', '--locked', ...program.cargo, '--', ...programArgs], {
    cwd: root,
    stdio: 'inherit',
  });
  process.exitCode = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? 1));
  });
});

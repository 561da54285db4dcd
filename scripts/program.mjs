// Starts a program of the workspace, compiling it first where needed: node scripts/program.mjs NAME [its arguments].
//
// `cargo run` alone would be silent for minutes or, without --quiet, write among what the program prints.

import { spawn } from 'node:child_process';
import { cargo } from './lib/cargo.mjs';
import { HELP } from './lib/command.mjs';
import { main, root, run, Stop } from './lib/run.mjs';

/** What cargo is told for each, with which first arguments it starts, and what has to be done before. */
const PROGRAMS = {
  inspect: { cargo: ['--release', '--package', 'nearfar-inspect', '--bin', 'inspect'] },
  parallax: { cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'parallax'] },
  evaluate: { cargo: ['--profile', 'start', '--package', 'nearfar-scoring', '--example', 'evaluate'] },
  occlusion: {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'face_rates'],
    args: ['occlusion'],
    needs: 'tools/occlusion/fetch.mjs',
  },
  pose: {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'face_rates'],
    args: ['pose'],
  },
  eyes: {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'face_rates'],
    args: ['eyes'],
  },
  'face-times': { cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'face_times'] },
  'face-crops': {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'face_crops'],
    needs: 'tools/occlusion/fetch.mjs',
  },
  'frame-choice': {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'frame_choice'],
    needs: 'tools/occlusion/fetch.mjs',
  },
  light: {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'light'],
    needs: 'tools/occlusion/fetch.mjs',
  },
  'false-faces': {
    cargo: ['--release', '--package', 'nearfar-inspect', '--example', 'false_faces'],
  },
};

await main(async () => {
  const [name, ...args] = process.argv.slice(2);
  const program = PROGRAMS[name];
  if (!program) throw new Stop(`which program? node scripts/program.mjs ${Object.keys(PROGRAMS).join('|')} [--help]`);
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

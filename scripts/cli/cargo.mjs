// Runs cargo and shows its progress as a number of units.

import { spawn } from 'node:child_process';
import { clearLine, progress } from './progress.mjs';
import { root, waitForExit } from './run.mjs';

/** Cargo's progress bar: `    Building [==>   ] 12/345: serde, tokio`, `  Fetch [=>  ] 12 complete; 3 pending`. */
const UNITS = /^\s+(?:Building|Fetch) \[.*\] (\d+(?:\/\d+| complete; \d+ pending))/;

/** Cargo's status lines when nothing is wrong: a right-aligned word and its subject. */
const STATUS =
  /^\s+(?:Adding|Building|Checking|Compiling|Documenting|Downloaded|Downloading|Executable|Finished|Generated|Locking|Updating)\b/;

/** Cargo's line while another cargo holds the lock of the package list or the build folder. */
const BLOCKED = /^\s+Blocking\b/;

/**
 * Filters cargo's stderr: progress goes to `units`, warnings and errors to `print`. Input may split lines anywhere.
 * @param {{units: (text: string) => void, print: (line: string) => void}} to
 * @returns {(text: string) => void} takes the next piece of output
 */
export function cargoOutput({ units, print }) {
  let rest = '';
  return (text) => {
    const lines = `${rest}${text}`.split(/[\r\n]/);
    rest = lines.pop();
    for (const line of lines) {
      const found = UNITS.exec(line);
      if (found) units(found[1]);
      else if (BLOCKED.test(line)) units('waiting for another cargo');
      else if (!STATUS.test(line)) print(line);
    }
  };
}

/**
 * Runs a cargo command that compiles; throws a `UserError` when it fails.
 * @param {string[]} args
 * @param {{step: string, env?: object, cargo?: string}} options `step`: shown as progress; `cargo`: the program
 */
export async function cargo(args, { step, env, cargo = 'cargo' }) {
  // Cargo's own bar needs the whole terminal; here several cargos run at once.
  const bar = { CARGO_TERM_PROGRESS_WHEN: 'always', CARGO_TERM_PROGRESS_WIDTH: '80', CARGO_TERM_COLOR: 'never' };
  await progress(step, async (units) => {
    const child = spawn(cargo, args, {
      cwd: root,
      env: { ...process.env, ...bar, ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    });
    child.stderr.setEncoding('utf8').on(
      'data',
      cargoOutput({
        units,
        print(line) {
          clearLine();
          console.error(line);
        },
      }),
    );
    await waitForExit(child, `${cargo} ${args.join(' ')}`);
  });
}

// Cargo with a line of progress: how many of its units are done.

import { spawn } from 'node:child_process';
import { clearLine, progress } from './progress.mjs';
import { ended, root } from './run.mjs';

/** How cargo says how far it is: `    Building [==>   ] 12/345: serde, tokio`, `  Fetch [=>  ] 12 complete; 3 pending`. */
const UNITS = /^\s+(?:Building|Fetch) \[.*\] (\d+(?:\/\d+| complete; \d+ pending))/;

/** What else it says while all is well: one word, right-aligned, and what it is about. */
const STATUS =
  /^\s+(?:Adding|Building|Checking|Compiling|Documenting|Downloaded|Downloading|Executable|Finished|Generated|Locking|Updating)\b/;

/** What it says while another cargo has what it needs, the list of packages or the folder of what it builds. */
const BLOCKED = /^\s+Blocking\b/;

/**
 * What of cargo's output on stderr is for the reader; tells how far it is. Lines may come in pieces.
 * @param {{units: (text: string) => void, print: (line: string) => void}} to
 * @returns {(text: string) => void} takes what comes
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
 * @param {{step: string, env?: object, cargo?: string}} options `step`: what it does; `cargo`: which one
 */
export async function cargo(args, { step, env, cargo = 'cargo' }) {
  // Its own bar is made for a terminal that it has for itself; here several run at once.
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
    await ended(child, `${cargo} ${args.join(' ')}`);
  });
}

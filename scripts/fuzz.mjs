// npm run fuzz: runs the fuzz targets of fuzz/, one after another. See its --help.

import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { INT8_MODEL } from './build/engine.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { log, main, root, UserError } from './cli/run.mjs';
import { installNpmPackages, MODEL } from './setup/npm-packages.mjs';
import { ensureRustTool } from './setup/rust-tools.mjs';

const COMMAND = {
  name: 'npm run fuzz',
  summary:
    'Fuzzes the parsers of this project with coverage-guided inputs, one target after another. Fails if a target fails,\n' +
    'and prints the file with the input.',
  options: {
    seconds: { value: 'N', help: 'How long each target runs', default: '120' },
    target: { value: 'NAME', help: 'Only this target: the name of a file in fuzz/targets' },
  },
};
const FUZZ = join(root, 'fuzz');
/** The seeds of the target `model`, which are not in the repository: the published model and the page's, if built. */
const MODELS = [MODEL, INT8_MODEL].map((path) => join(root, path));
/** The maximum input length in bytes: about the length of the seeds. Other targets use libFuzzer's default. */
const MAX_INPUT_BYTES = { model: 240_000 };

const targets = () => readdirSync(join(FUZZ, 'targets')).map((file) => basename(file, '.rs'));

/** The input folders of a target. New inputs go into the first; the seeds are in the repository. */
function corpora(target) {
  const own = join(FUZZ, 'corpus', target);
  mkdirSync(own, { recursive: true });
  if (target === 'model') for (const path of MODELS.filter(existsSync)) copyFileSync(path, join(own, basename(path)));
  const seeds = { model: [], record: [join(root, 'crates/record/tests/vectors')] };
  return [own, ...(seeds[target] ?? [join(FUZZ, 'seeds', target)])];
}

/** Runs a target. Returns how many inputs it ran, and whether one failed. */
async function fuzz(cargoFuzz, target, seconds) {
  const limits = [
    `-max_total_time=${seconds}`,
    ...(MAX_INPUT_BYTES[target] ? [`-max_len=${MAX_INPUT_BYTES[target]}`] : []),
  ];
  // Rust's own checks cover memory; the address sanitizer needs a nightly compiler.
  const args = [
    'fuzz',
    'run',
    '--sanitizer',
    'none',
    target,
    ...corpora(target),
    '--',
    '-print_final_stats=1',
    ...limits,
  ];
  const child = spawn(cargoFuzz, args, { cwd: root, stdio: ['ignore', 'inherit', 'pipe'] });
  let executed = 0;
  let rest = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    process.stderr.write(text);
    rest = (rest + text).slice(-4000);
    executed = Number(rest.match(/number_of_executed_units: *(\d+)/)?.[1] ?? executed);
  });
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  return { executed, failed: status !== 0 };
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  const seconds = wholeNumber('seconds', values.seconds, { least: 1 });
  const chosen = values.target === undefined ? targets() : [values.target];
  const unknown = chosen.find((target) => !targets().includes(target));
  if (unknown) throw new UserError(`--target ${unknown} is unknown; targets: ${targets().join(', ')}`);
  if (chosen.includes('model')) await installNpmPackages();
  const cargoFuzz = await ensureRustTool('cargo-fuzz');
  const outcomes = [];
  for (const target of chosen) {
    log(`--- ${target}, ${seconds} s`);
    outcomes.push({ target, ...(await fuzz(cargoFuzz, target, seconds)) });
  }
  for (const { target, executed, failed } of outcomes) {
    log(`${target}: ${failed ? `FAILED, the input is in fuzz/artifacts/${target}` : `${executed} inputs`}`);
  }
  if (outcomes.some(({ failed }) => failed)) throw new UserError('a target failed');
});

// Running other programs, and saying what is being done.

import { spawn, spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Says what is done now. */
export function say(text) {
  console.log(`[nearfar] ${text}`);
}

/** An end that the reader can do something about: printed without a stack trace. */
export class Stop extends Error {}

/** Runs a program with its output shown; throws a `Stop` that names it when it fails. */
export async function run(program, args, options = {}) {
  const { env, cwd = root, quiet = false } = options;
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) throw new Stop(`failed (${status}): ${program} ${args.join(' ')}`);
}

/** The trimmed output of a program, or null when it is missing or fails. */
export function output(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** Runs the main function of a command and turns its failure into a line and an exit status. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Stop ? `[nearfar] ${error.message}` : error);
    process.exitCode = 1;
  }
}

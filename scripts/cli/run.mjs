// Runs programs and prints progress and errors.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearLine, progress } from './progress.mjs';

/** The root folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Prints a line of progress. */
export function log(text) {
  clearLine();
  console.log(`[nearfar] ${text}`);
}

/** An error that the user can fix: printed without a stack trace. */
export class UserError extends Error {}

/** The running child processes. */
const running = new Set();

/** Ends the running child processes. */
export function killChildren() {
  for (const child of running) child.kill();
}

/**
 * Waits for a program to exit. Throws a `UserError` that names it if it fails.
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} command the command line, for the error
 */
export async function waitForExit(child, command) {
  running.add(child);
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  }).finally(() => running.delete(child));
  if (status !== 0) throw new UserError(`failed (${status}): ${command}`);
}

/**
 * Runs a program and shows its output. Throws a `UserError` that names it if it fails.
 * @param {{env?: object, cwd?: string, quiet?: boolean, step?: string}} [options] `quiet`: hides its output; `step`:
 *   shown as progress, for a program that prints nothing while it runs
 */
export async function run(program, args, options = {}) {
  const { step, ...others } = options;
  const running = runVisibly(program, args, others);
  await (step ? progress(step, running) : running);
}

async function runVisibly(program, args, { env, cwd = root, quiet = false }) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  await waitForExit(child, `${program} ${args.join(' ')}`);
}

/**
 * Runs a program at low priority while others run, and prints its output in one piece when it ends. Options as for
 * `run`.
 */
export async function runInBackground(program, args, { env, cwd = root, step }) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-output-'));
  const file = openSync(join(folder, 'output'), 'w');
  try {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', file, file] });
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    await progress(step, waitForExit(child, `${program} ${args.join(' ')}`));
  } finally {
    closeSync(file);
    clearLine();
    console.log(readFileSync(join(folder, 'output'), 'utf8'));
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program and returns its output. */
export async function captureOutput(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  await waitForExit(child, `${program} ${args.join(' ')}`);
  return text;
}

/** Returns the trimmed output of a program, or null if it is missing or fails. */
export function output(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options });
  return result.status === 0 ? result.stdout.trim() : null;
}

/**
 * Runs the main function of a command. A failure becomes a line and an exit status, and ends the other running
 * programs.
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    killChildren();
    clearLine();
    console.error(error instanceof UserError ? `[nearfar] ${error.message}` : error);
    process.exitCode = 1;
  }
}

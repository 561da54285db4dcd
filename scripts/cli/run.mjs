// Running other programs, and saying what is being done.

import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { constants, setPriority, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearLine, progress } from './progress.mjs';

/** The root folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Says what is done now. */
export function say(text) {
  clearLine();
  console.log(`[nearfar] ${text}`);
}

/** An end that the reader can do something about: printed without a stack trace. */
export class UserError extends Error {}

/** The programs that run. */
const running = new Set();

/** Ends the programs that run. */
export function endPrograms() {
  for (const child of running) child.kill();
}

/**
 * Waits for the end of a program; throws a `UserError` that names it when it fails.
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} command what was started
 */
export async function ended(child, command) {
  running.add(child);
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  }).finally(() => running.delete(child));
  if (status !== 0) throw new UserError(`failed (${status}): ${command}`);
}

/**
 * Runs a program with its output shown; throws a `UserError` that names it when it fails.
 * @param {{env?: object, cwd?: string, quiet?: boolean, step?: string}} [options] `quiet`: without its output; `step`:
 *   what it does, for a program that prints nothing while it does it
 */
export async function run(program, args, options = {}) {
  const { step, ...others } = options;
  const running = runShown(program, args, others);
  await (step ? progress(step, running) : running);
}

async function runShown(program, args, { env, cwd = root, quiet = false }) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', quiet ? 'ignore' : 'inherit', 'inherit'],
  });
  await ended(child, `${program} ${args.join(' ')}`);
}

/**
 * Runs a program at low priority, beside others that need the processor more, and prints its output in one piece when it
 * ends, so that it is not mixed with theirs. Options as `run` has them.
 */
export async function runBehind(program, args, { env, cwd = root, step }) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-output-'));
  const file = openSync(join(folder, 'output'), 'w');
  try {
    const child = spawn(program, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', file, file] });
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
    await progress(step, ended(child, `${program} ${args.join(' ')}`));
  } finally {
    closeSync(file);
    clearLine();
    console.log(readFileSync(join(folder, 'output'), 'utf8'));
    rmSync(folder, { recursive: true });
  }
}

/** Runs a program, for what is done with its output: returns that. */
export async function captured(program, args) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  await ended(child, `${program} ${args.join(' ')}`);
  return text;
}

/** The trimmed output of a program, or null when it is missing or fails. */
export function output(program, args, options = {}) {
  const result = spawnSync(program, args, { cwd: root, encoding: 'utf8', ...options });
  return result.status === 0 ? result.stdout.trim() : null;
}

/**
 * Runs the main function of a command and turns its failure into a line and an exit status. What ran beside the step
 * that failed ends too.
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    endPrograms();
    clearLine();
    console.error(error instanceof UserError ? `[nearfar] ${error.message}` : error);
    process.exitCode = 1;
  }
}

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

/** How often a step that prints nothing by itself says that it goes on. */
const STILL_MS = 15_000;

/**
 * Waits for a step that prints nothing by itself, and says now and then that it goes on. On stderr, since what some
 * commands print is read by programs.
 * @template T
 * @param {string} step what is being done: `compiling the service`
 * @param {Promise<T>} work
 * @returns {Promise<T>}
 */
export async function progress(step, work) {
  let seconds = 0;
  const timer = setInterval(() => {
    seconds += STILL_MS / 1000;
    console.error(`[nearfar] still ${step}: ${seconds} s`);
  }, STILL_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Runs a program with its output shown; throws a `Stop` that names it when it fails.
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

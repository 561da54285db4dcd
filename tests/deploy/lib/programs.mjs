// Runs the programs of a deployment for one test.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from '../../../scripts/cli/run.mjs';
import { missingPrograms } from '../../../scripts/setup/deployment.mjs';

/** How often a condition is checked. */
const POLL_MS = 50;

/** A test's option `skip`: the reason, if one of these programs is missing. */
export function skipWithout(...names) {
  const missing = missingPrograms(names);
  return missing.length > 0 && `SKIPPED: missing ${missing.join(', ')}`;
}

/** The text of a file of the repository. */
export const source = (...path) => readFileSync(resolve(root, ...path), 'utf8');

/** Replaces texts that a deployment changes, such as addresses. Each must occur exactly once: the rest is tested as it is. */
export function replaceOnce(text, replacements) {
  return Object.entries(replacements).reduce((changed, [from, to]) => {
    assert.equal(changed.split(from).length, 2, `"${from}" must occur once`);
    return changed.replace(from, () => to);
  }, text);
}

/** Runs a program and returns its output. Fails the test if the program fails. */
export function outputOf(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    ...options,
  });
  assert.equal(status, 0, `${program} ${args.join(' ')}: ${error?.message ?? ''}${stderr}${stdout}`);
  return stdout;
}

/** Waits until a condition holds, while a program runs. */
export async function waitFor(condition, child, log) {
  while (!(await condition())) {
    assert.equal(child.exitCode ?? child.signalCode, null, `it ended early: ${log()}`);
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
}

/** Whether an address answers at all. */
export const answers = (url) =>
  fetch(url).then(
    () => true,
    () => false,
  );

/**
 * Starts a program that runs until the test ends.
 * @param {{ready: () => Promise<boolean>, signal?: NodeJS.Signals}} options `ready`: whether it can be used; `signal`: ends it
 * @returns {Promise<{child: import('node:child_process').ChildProcess, log: () => string, stop: () => Promise<unknown>}>}
 */
export async function startProgram(t, program, args, { ready, signal = 'SIGTERM', ...options }) {
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let written = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      written += text;
    });
  const ended = new Promise((done) => child.once('close', (code, name) => done(code ?? name)));
  const stop = () => {
    child.kill(signal);
    return ended;
  };
  t.after(stop);
  await waitFor(ready, child, () => written);
  return { child, log: () => written, stop };
}

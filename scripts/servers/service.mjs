// Runs the built service: its account commands, and a server with the page in dist/.

import { spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { serviceProgram } from '../build/service.mjs';
import { root, UserError } from '../cli/run.mjs';
import { freePort } from './port.mjs';

const READY_POLL_MS = 50;

/** The environment of a service that keeps all its data in one folder. */
export function dataDirEnv(folder) {
  const path = resolve(folder);
  return {
    DATABASE_URL: undefined,
    NEARFAR_DATABASE_URL: `sqlite://${join(path, 'nearfar.db')}`,
    NEARFAR_OBJECTS_URL: join(path, 'objects'),
    NEARFAR_MASTER_KEY: undefined,
    NEARFAR_MASTER_KEY_FILE: join(path, 'master.key'),
  };
}

/** Runs `nearfar-server account …` and returns its output, one JSON value a line. */
export const accountCommand = (args, env) => command('account', args, env);

/** Runs `nearfar-server webhook …` and returns its output, one JSON value a line. */
export const webhookCommand = (args, env) => command('webhook', args, env);

function command(name, args, env = {}) {
  const { status, stdout, error } = spawnSync(serviceProgram(), [name, ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new UserError(`nearfar-server ${name} ${args[0]} failed (${error?.message ?? status})`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

/** Waits until the service is ready. Throws a `UserError` if it exits first. */
async function waitUntilReady(origin, exited) {
  let hasExited = false;
  exited.then(() => {
    hasExited = true;
  });
  while (!hasExited) {
    const response = await fetch(`${origin}/health/ready`).catch(() => null);
    if (response?.ok) return;
    await new Promise((done) => setTimeout(done, READY_POLL_MS));
  }
  throw new UserError(`the service exited with ${await exited} before it was ready`);
}

/**
 * Starts the built service with the page in dist/.
 * @param {{port?: number, env?: object, quiet?: boolean, signal?: AbortSignal}} options `port` 0: any free port;
 *   `quiet`: hides its log; `signal`: stops it
 * @returns {Promise<{url: string, port: number, pid: number, exited: Promise<number | string>, close: () =>
 *   Promise<void>}>} `exited`: its exit status or signal; `close`: shuts it down gracefully and waits until it has
 *   exited
 */
export async function startService({ port = 8787, env = {}, quiet = false, signal } = {}) {
  const bound = await freePort(port);
  const origin = `http://localhost:${bound}`;
  const child = spawn(serviceProgram(), ['serve'], {
    cwd: root,
    env: { ...process.env, ...env, NEARFAR_LISTEN: `127.0.0.1:${bound}`, NEARFAR_PUBLIC_URL: origin },
    stdio: ['ignore', 'inherit', quiet ? 'ignore' : 'inherit'],
  });
  const exited = new Promise((done) => {
    child.once('error', ({ message }) => done(message));
    child.once('close', (code, name) => done(code ?? name));
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  await waitUntilReady(origin, exited);
  const close = async () => {
    stop();
    await exited;
  };
  return { url: `${origin}/`, port: bound, pid: child.pid, exited, close };
}

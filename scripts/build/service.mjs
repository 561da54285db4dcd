// The service: building it, its accounts, and a running one.

import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cargo } from '../cli/cargo.mjs';
import { freePort } from '../cli/port.mjs';
import { root, UserError } from '../cli/run.mjs';

const TARGET = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const READY_EVERY_MS = 50;

/** The program of the service: the one that `TEST_SERVICE` names, else where `buildService` puts it. */
export function serviceProgram(profile = 'start') {
  return process.env.TEST_SERVICE ?? join(TARGET, profile, 'nearfar-server');
}

/** The text of the file of options, which the service finds from the repository's root; what is wrong with it, it says. */
function optionsFile(path) {
  try {
    return path ? readFileSync(resolve(root, path), 'utf8') : '';
  } catch {
    return '';
  }
}

/**
 * The features of nearfar-server that this environment's configuration needs. PostgreSQL and S3 take much of the time that
 * the service takes to compile.
 */
export function featuresFor({ DATABASE_URL, NEARFAR_DATABASE_URL, NEARFAR_OBJECTS_URL, NEARFAR_CONFIG }) {
  const file = optionsFile(NEARFAR_CONFIG);
  const configured = [DATABASE_URL, NEARFAR_DATABASE_URL, NEARFAR_OBJECTS_URL, file].join('\n');
  const needed = { postgres: /\bpostgres(ql)?:/, s3: /\bs3:/ };
  return Object.keys(needed).filter((feature) => needed[feature].test(configured));
}

/**
 * Compiles the service, unless `TEST_SERVICE` names one.
 * @param {'start' | 'service'} profile of Cargo.toml: compiled quickly, with what its configuration needs, or for deployments
 * @param {object} env what it will be started with besides this environment
 */
export async function buildService(profile = 'start', env = {}) {
  if (process.env.TEST_SERVICE) return;
  const what = ['--package', 'nearfar-server', '--bin', 'nearfar-server', '--profile', profile];
  if (profile === 'start')
    what.push('--no-default-features', '--features', featuresFor({ ...process.env, ...env }).join());
  await cargo(['build', '--locked', ...what], {
    env: { CARGO_TARGET_DIR: TARGET },
    step: 'compiling the service',
  });
}

/** The environment of a service that keeps everything in one folder. */
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

/** Runs `nearfar-server account …` and returns the JSON of each line that it prints. */
export function accounts(args, env = {}) {
  const { status, stdout, error } = spawnSync(serviceProgram(), ['account', ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status !== 0) throw new UserError(`nearfar-server account ${args[0]} failed (${error?.message ?? status})`);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

/** Waits until the service can work; a `UserError` when it ends instead. */
async function ready(origin, ended) {
  let over = false;
  ended.then(() => {
    over = true;
  });
  while (!over) {
    const answer = await fetch(`${origin}/health/ready`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((done) => setTimeout(done, READY_EVERY_MS));
  }
  throw new UserError(`the service ended with ${await ended} before it was ready`);
}

/**
 * Starts the built service with the page in dist/.
 * @param {{port?: number, env?: object, quiet?: boolean, signal?: AbortSignal}} options `port` 0: any free one;
 *   `quiet`: without its log; `signal`: asks it to stop
 * @returns {Promise<{url: string, port: number, pid: number, ended: Promise<number | string>, close: () => Promise<void>}>}
 *   `ended`: its exit status; `close`: lets it finish what is under way and waits for its end
 */
export async function startService({ port = 8787, env = {}, quiet = false, signal } = {}) {
  const bound = await freePort(port);
  const origin = `http://localhost:${bound}`;
  const child = spawn(serviceProgram(), ['serve'], {
    cwd: root,
    env: { ...process.env, ...env, NEARFAR_LISTEN: `127.0.0.1:${bound}`, NEARFAR_PUBLIC_URL: origin },
    stdio: ['ignore', 'inherit', quiet ? 'ignore' : 'inherit'],
  });
  const ended = new Promise((done) => {
    child.once('error', ({ message }) => done(message));
    child.once('close', (code, name) => done(code ?? name));
  });
  const stop = () => child.kill('SIGTERM');
  signal?.addEventListener('abort', stop);
  await ready(origin, ended);
  const close = async () => {
    stop();
    await ended;
  };
  return { url: `${origin}/`, port: bound, pid: child.pid, ended, close };
}

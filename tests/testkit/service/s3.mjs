// Starts an S3 server for tests: moto's, which keeps everything in memory.

import { spawn } from 'node:child_process';
import { UserError } from '../../../scripts/cli/run.mjs';
import { freePort } from '../../../scripts/servers/port.mjs';
import { pythonToolPath } from '../../../scripts/setup/python.mjs';

/** The bucket that exists. */
export const BUCKET = 'nearfar';
const TIMEOUT_MS = 30_000;
const RETRY_MS = 100;

/** Starts the server. `url`: its endpoint; `close`: ends it */
export async function startS3() {
  const port = await freePort(0);
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(pythonToolPath('moto_server'), ['--host', '127.0.0.1', '--port', String(port)], {
    stdio: 'ignore',
  });
  const ended = new Promise((done) => {
    child.once('error', done);
    child.once('close', done);
  });
  const close = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const end = performance.now() + TIMEOUT_MS;
  while (performance.now() < end && child.exitCode === null) {
    const answer = await fetch(`${url}/${BUCKET}`, { method: 'PUT' }).catch(() => null);
    if (answer?.ok) return { url, close };
    await new Promise((wake) => setTimeout(wake, RETRY_MS));
  }
  await close();
  throw new UserError("moto's S3 did not start");
}

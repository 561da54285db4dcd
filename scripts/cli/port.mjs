// A port that nobody listens on.

import { createServer } from 'node:net';
import { UserError } from './run.mjs';

/** This port of 127.0.0.1, or any for 0; a `UserError` when it is taken. */
export async function freePort(wanted = 0) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    const taken = () => new UserError(`port ${wanted} is taken; choose another by --port`);
    server.once('error', (error) => reject(error.code === 'EADDRINUSE' ? taken() : error));
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

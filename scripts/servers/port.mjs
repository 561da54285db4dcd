// Finds a free port.

import { createServer } from 'node:net';
import { UserError } from '../cli/run.mjs';

/** Returns this port of 127.0.0.1, or any free port for 0. Throws a `UserError` if the port is taken. */
export async function freePort(wanted = 0) {
  const server = createServer();
  await new Promise((resolve, reject) => {
    const taken = () => new UserError(`port ${wanted} is in use; choose another with --port`);
    server.once('error', (error) => reject(error.code === 'EADDRINUSE' ? taken() : error));
    server.listen(wanted, '127.0.0.1', resolve);
  });
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

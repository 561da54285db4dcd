// Whether a proxy passes uploads and answers on as they arrive.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { request } from 'node:https';

/** The first piece of an upload: more than the buffers of sockets, less than what a proxy would buffer. */
const PIECE = Buffer.alloc(40_000, 'x');

/** A promise and the function that resolves it; Node 20 has no Promise.withResolvers. */
function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/**
 * Sends half an upload through a proxy. Its second half follows only after the server has the first one, and the second
 * half of the answer only after the client has the first one. A proxy that buffers either would wait for ever.
 * @param {(t: object, options: {upstream: string}) => Promise<import('./proxies.mjs').Proxy>} startProxy
 */
export async function streamsThrough(t, startProxy) {
  let received = 0;
  const halfArrived = deferred();
  const halfAnswered = deferred();
  const server = createServer(async (incoming, answer) => {
    if (incoming.url.startsWith('/health/')) return answer.end('{}');
    for await (const part of incoming) {
      received += part.length;
      if (received === PIECE.length) halfArrived.resolve();
    }
    answer.write('first');
    await halfAnswered.promise;
    answer.end('second');
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => server.close());
  const { url } = await startProxy(t, { upstream: `127.0.0.1:${server.address().port}` });

  const headers = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(2 * PIECE.length) };
  const outgoing = request(`${url}h5/api/v1/attempts/a`, { method: 'PUT', headers });
  const answered = new Promise((done, failed) => outgoing.once('response', done).once('error', failed));
  outgoing.write(PIECE);
  await halfArrived.promise;
  outgoing.end(PIECE);
  let text = '';
  for await (const part of await answered) {
    text += part;
    halfAnswered.resolve();
  }
  assert.equal(text, 'firstsecond');
  assert.equal(received, 2 * PIECE.length);
}

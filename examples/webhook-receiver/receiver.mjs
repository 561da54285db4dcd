// A receiver of webhooks without dependencies: node receiver.mjs. docs/WEBHOOKS.md explains each step.
//
// NEARFAR_WEBHOOK_SECRET: the secret that `nearfar-server webhook set` printed. PORT: 8080 by default.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

/** The largest body that is read. Events have less than 2 kB. */
const MAX_BODY = 64 * 1024;
/** How old a delivery may be, in seconds. */
const TOLERANCE = 300;

/**
 * Whether the service has sent this body, and not long ago.
 * @param {string} header the value of `Nearfar-Signature`: `t=<Unix seconds>,v1=<hex>`, with several `v1=` while the
 *   secret is rotated
 * @param {Buffer} body the bytes as they arrived, before any parsing
 * @param {string} secret the whole secret, with `whsec_`
 */
export function isSigned(header, body, secret, now = Date.now()) {
  const fields = (header ?? '').split(',').map((field) => field.split('='));
  const [, time] = fields.find(([name]) => name === 't') ?? [];
  if (!/^\d{1,12}$/.test(time ?? '') || Math.abs(now / 1000 - Number(time)) > TOLERANCE) return false;
  const expected = createHmac('sha256', secret).update(`${time}.`).update(body).digest();
  const signatures = fields.filter(([name, value]) => name === 'v1' && /^[0-9a-f]{64}$/.test(value));
  return signatures.some(([, value]) => timingSafeEqual(Buffer.from(value, 'hex'), expected));
}

/** The bytes of a request; `null` if they are too many. */
async function readBody(request) {
  const chunks = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * A server that passes each event to `handle` once and answers after that.
 * @param {{secret: string, handle: (event: object) => unknown}} options `handle` may be asynchronous. If it fails, the
 *   service delivers the event again
 */
export function webhookReceiver({ secret, handle }) {
  // In memory, for this example: your own back end stores the ids in its database, in the transaction that handles the
  // event, for at least three days.
  const handled = new Map();
  return createServer(async (request, response) => {
    const answer = (status) => response.writeHead(status).end();
    try {
      if (request.method !== 'POST') return answer(405);
      const body = await readBody(request);
      if (body === null) return answer(413);
      if (!isSigned(request.headers['nearfar-signature'], body, secret)) return answer(400);
      const event = JSON.parse(body.toString('utf8'));
      // A delivery whose answer was lost comes again, perhaps while the first one is still handled.
      if (!handled.has(event.id)) handled.set(event.id, Promise.resolve(event).then(handle));
      await handled.get(event.id).catch((error) => {
        handled.delete(event.id);
        throw error;
      });
      return answer(204);
    } catch (error) {
      console.error(error.message);
      return answer(500);
    }
  });
}

/** What your own back end does instead: fetch the result, continue the sign-up, and so on. Ignore unknown types. */
function printEvent({ id, type, data }) {
  console.log(JSON.stringify({ id, type, signatureId: data.signatureId, passed: data.passed }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { NEARFAR_WEBHOOK_SECRET: secret, PORT = '8080' } = process.env;
  if (!secret) {
    console.error('Set NEARFAR_WEBHOOK_SECRET to the secret that `nearfar-server webhook set` printed.');
    process.exit(1);
  }
  const server = webhookReceiver({ secret, handle: printEvent });
  server.listen(Number(PORT), '127.0.0.1', () => console.log(`listening on ${server.address().port}`));
}

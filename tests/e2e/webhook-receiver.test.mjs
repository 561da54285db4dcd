// The example of a webhook receiver, with the real service.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { isSigned, webhookReceiver } from '../../examples/webhook-receiver/receiver.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { webhookCommand } from '../../scripts/servers/service.mjs';
import { sendAttempt, startAttempt } from '../testkit/service/attempt.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { plainPictures } from '../testkit/service/pictures.mjs';
import { openService } from '../testkit/service/service.mjs';

const LOCAL = { NEARFAR_WEBHOOK_HTTP_HOSTS: '127.0.0.1', NEARFAR_WEBHOOK_PRIVATE_ADDRESSES: 'true' };

/** Runs `nearfar-server webhook …` and returns what it prints. */
const webhook = ({ env }, ...args) => webhookCommand(args, env)[0];

/** Runs the example as its users do. Returns its port and its further lines. */
async function runExample(t, secret) {
  const script = join(root, 'examples', 'webhook-receiver', 'receiver.mjs');
  const env = { ...process.env, NEARFAR_WEBHOOK_SECRET: secret, PORT: '0' };
  const child = spawn(process.execPath, [script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const { value } = await lines.next();
  return { port: Number(/^listening on (\d+)$/.exec(value)[1]), lines };
}

test('the example receives what the service sends', async (t) => {
  const service = await openService(t, LOCAL, {}, true);
  // The port is known before the secret, and the secret before the receiver starts.
  const { secret } = webhook(service, 'set', service.accessKey, 'http://127.0.0.1:9/');
  const { port, lines } = await runExample(t, secret);
  const { secret: none } = webhook(service, 'set', service.accessKey, `http://127.0.0.1:${port}/hooks`);
  assert.equal(none, undefined, 'an existing endpoint keeps its secret');
  const next = async () => JSON.parse((await lines.next()).value);

  assert.equal(webhook(service, 'test', service.accessKey).status, 204);
  assert.equal((await next()).type, 'webhook.test');

  const access = await signIn(service.url, service);
  const session = await openSession(service.url, access);
  const files = await plainPictures();
  const attempt = await startAttempt(service.url, session, files);
  assert.equal((await sendAttempt(service.url, session.headers, attempt, files)).code, 'SUCCESS');
  const { signatureId } = session;
  const completed = await next();
  assert.deepEqual(completed, { id: completed.id, type: 'session.completed', signatureId, passed: true });

  const cleared = await fetch(`${service.url}liveness/h5/ext/v1/clear-data?signatureId=${signatureId}`, {
    headers: access,
  });
  assert.equal((await cleared.json()).code, 'SUCCESS');
  const erased = await next();
  assert.deepEqual(erased, { id: erased.id, type: 'data.erased', signatureId, passed: null });
});

const SECRET = `whsec_${'ab'.repeat(32)}`;

/** The header of a body. */
function sign(body, { time = Math.floor(Date.now() / 1000), secret = SECRET } = {}) {
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`;
}

test('only fresh bodies with a right signature are accepted', () => {
  const [body, now] = [Buffer.from('{"id":"evt_1"}'), Date.parse('2026-01-01T00:00:00Z')];
  const time = now / 1000;
  const header = sign(body, { time });
  assert.ok(isSigned(header, body, SECRET, now));
  assert.ok(isSigned(header, body, SECRET, now + 300_000) && isSigned(header, body, SECRET, now - 300_000));
  const rotated = `t=${time},v1=${'0'.repeat(64)},${header.split(',')[1]}`;
  assert.ok(isSigned(rotated, body, SECRET, now), 'one of several is enough');
  const refused = [
    [header, body, now + 301_000],
    [header, body, now - 301_000],
    [header, Buffer.from('{"id":"evt_2"}'), now],
    [sign(body, { time, secret: 'whsec_other' }), body, now],
    [header.replace(`t=${time}`, `t=${time + 1}`), body, now],
    ...[undefined, '', 't=', `t=${time}`, header.replace('v1=', 'v0='), `t=x,${header.split(',')[1]}`].map((text) => [
      text,
      body,
      now,
    ]),
    [`t=${time},v1=${'é'.repeat(64)}`, body, now],
  ];
  for (const [text, bytes, at] of refused) assert.equal(isSigned(text, bytes, SECRET, at), false, text);
});

test('an event is handled once, also if its deliveries overlap; a failed one is handled again', async (t) => {
  const seen = [];
  let fail = true;
  const server = webhookReceiver({
    secret: SECRET,
    handle: async ({ id }) => {
      seen.push(id);
      await new Promise(setImmediate);
      if (id === 'evt_failing' && fail) throw new Error('deliberate');
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  t.mock.method(console, 'error', () => {});
  const url = `http://127.0.0.1:${server.address().port}/`;
  const send = async (body, header = sign(body)) =>
    (await fetch(url, { method: 'POST', headers: { 'Nearfar-Signature': header }, body })).status;
  const one = JSON.stringify({ id: 'evt_one', data: {} });
  assert.deepEqual(await Promise.all([send(one), send(one)]), [204, 204]);
  assert.equal(await send(one), 204);
  const failing = JSON.stringify({ id: 'evt_failing', data: {} });
  assert.equal(await send(failing), 500);
  fail = false;
  assert.equal(await send(failing), 204);
  assert.deepEqual(seen, ['evt_one', 'evt_failing', 'evt_failing']);
  assert.equal(await send(one, sign('{}')), 400);
  assert.equal(await send('x'.repeat(70_000)), 413);
  assert.equal((await fetch(url)).status, 405);
});

// The steps of the walk as the integrator and the person: webhook, session, capture, result.

import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { openSession, signIn } from '../../tests/testkit/service/integrator.mjs';
import { webhookReceiver } from '../webhook-receiver/receiver.mjs';
import { expect, report, runProgram } from './deployment.mjs';

/** The integrator's id of the person. */
export const USER_ID = 'customer-17-of-the-walk';
/** How long the walk waits for an event. */
const EVENT_MS = 30_000;

/** The events that the receiver has accepted. */
class Events {
  #events = [];
  #waiting = new Set();

  add(event) {
    this.#events.push(event);
    for (const look of this.#waiting) look();
  }

  /** Waits for an event of a type about a session. */
  async wait(type, signatureId) {
    const find = () => this.#events.find(({ type: found, data }) => found === type && data.signatureId === signatureId);
    const deadline = AbortSignal.timeout(EVENT_MS);
    return await new Promise((resolve) => {
      const look = () => {
        const event = find();
        if (event === undefined && !deadline.aborted) return;
        this.#waiting.delete(look);
        resolve(event);
      };
      this.#waiting.add(look);
      deadline.addEventListener('abort', look);
      look();
    });
  }
}

/** Waits for an event and ends the walk if none arrives. */
export async function expectEvent(walk, type, signatureId) {
  const event = await walk.events.wait(type, signatureId);
  expect(event, `no event ${type} within ${EVENT_MS / 1000} s`);
  return event;
}

/** Sets an endpoint, and starts the example's receiver, which checks each signature. */
export async function receiveWebhooks(walk) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const { secret } = JSON.parse(await walk.service.command('webhook', 'set', walk.keys.accessKey, url));
  walk.events = new Events();
  walk.receiver = webhookReceiver({ secret, handle: (event) => walk.events.add(event) });
  walk.receiver.listen(port, '127.0.0.1');
  await once(walk.receiver, 'listening');
  await testWebhook(walk);
  const forged = { 'Nearfar-Signature': `t=${Math.floor(Date.now() / 1000)},v1=${'0'.repeat(64)}` };
  const { status } = await fetch(url, { method: 'POST', headers: forged, body: '{"id":"evt_forged"}' });
  expect(status === 400, `a forged delivery got HTTP ${status}`);
  report('a forged delivery is refused');
}

/** Sends a test event. */
export async function testWebhook(walk) {
  const { status } = JSON.parse(await walk.service.command('webhook', 'test', walk.keys.accessKey));
  expect(status === 204, `the test event got HTTP ${status}`);
  report('the test event arrived, its signature is right');
}

/** A session for the person, as the integrator's back end makes it. */
export async function createSession(walk) {
  walk.access = await signIn(`${walk.service.url}/`, walk.keys);
  walk.session = await openSession(`${walk.service.url}/`, walk.access, { userId: USER_ID });
  report(`signatureId ${walk.session.signatureId}`);
}

/** The person, played by a headless browser with a video as the camera. */
export async function capture(walk) {
  const scenario = ['run', '--silent', 'scenarios', '--', 'far_to_near'];
  const video = walk.video ?? (await runProgram('npm', scenario, { cwd: root, shown: `npm ${scenario.join(' ')}` }));
  const args = ['examples/capture.mjs', '--url', walk.session.url, '--video', video];
  const shown = 'node examples/capture.mjs --url URL --video FILE';
  const { state } = JSON.parse(await runProgram(process.execPath, args, { cwd: root, shown }));
  expect(state === 'succeeded', `the session is ${state}`);
  report('the person was captured and passed');
}

/** Get Result of the walk's session, from any instance with its data: the whole answer. */
export async function getResult(url, access, signatureId) {
  const response = await fetch(`${url}/openapi/liveness/v4/h5/get-result`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...access },
    body: JSON.stringify({ signatureId }),
  });
  return response.json();
}

const hash = (text) => createHash('sha256').update(text).digest('hex');

/** What a result has to be the same in, later and elsewhere. */
export const fingerprint = ({ data: { score, imageFar, imageNear } }) =>
  [score, hash(imageFar), hash(imageNear)].join(' ');

/** The integrator's back end gets the event, checks it, and asks for the result. */
export async function receiveResult(walk) {
  const { signatureId } = walk.session;
  const event = await expectEvent(walk, 'session.completed', signatureId);
  expect(event.data.passed === true && event.data.userId === USER_ID, `the event says ${JSON.stringify(event.data)}`);
  report(`event ${event.id}: ${event.type}, passed, its signature is right`);
  const result = await getResult(walk.service.url, walk.access, signatureId);
  const { code, data } = result;
  expect(code === 'SUCCESS' && data.passed === true, `Get Result answers ${code}`);
  expect(data.score === event.data.score, `Get Result has score ${data.score}, the event ${event.data.score}`);
  walk.result = fingerprint(result);
  report(`Get Result: ${code}, score ${data.score}, verdict ${data.verdict}, with both pictures`);
}

// Measures sessions that are created while others expire, without webhooks and with them.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { log, UserError } from '../../scripts/cli/run.mjs';
import { accountCommand, webhookCommand } from '../../scripts/servers/service.mjs';
import { openSession, signIn, TOKEN_REQUEST } from '../../tests/testkit/service/integrator.mjs';
import { round, SESSION_CONNECTIONS, UNLIMITED, withService, wrk } from './measure.mjs';

const SECONDS = 15;
/** The lifetime of a session, in seconds: after this time as many expire as are created. */
const LIFETIME = 3;
/** Sessions whose events go to the receiver that hangs. */
const HANGING_SESSIONS = 20;
/** How long the rest of the events may take. */
const DRAIN_MS = 300_000;

/** Starts the receivers. `received`: asks how many events the one that answers has received. */
async function startReceivers() {
  const script = join(import.meta.dirname, 'webhook-receivers.mjs');
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await lines.next()).value);
  const ports = await next();
  const received = () => {
    child.stdin.write('\n');
    return next();
  };
  return { ...ports, received, close: () => child.stdin.end() };
}

/** Waits until the receiver has that many events. Returns how long that took, in seconds. */
async function drain(receivers, events) {
  const start = performance.now();
  while ((await receivers.received()) < events) {
    if (performance.now() - start > DRAIN_MS) throw new UserError('events were lost, or their delivery takes too long');
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return (performance.now() - start) / 1000;
}

/**
 * Measures sessions on one database, without and with webhooks.
 * @param {{env: object}} options `env`: the service's options
 * @returns rates a second and latencies in ms of both, how many events arrived a second during the load, and how long
 *   the rest took after it
 */
export async function measureWebhooks({ env }) {
  const options = {
    ...env,
    ...UNLIMITED,
    NEARFAR_SCORERS: '0',
    NEARFAR_SESSION_SECONDS: String(LIFETIME),
    NEARFAR_WEBHOOK_HTTP_HOSTS: '127.0.0.1',
    NEARFAR_WEBHOOK_PRIVATE_ADDRESSES: 'true',
  };
  const [quiet] = accountCommand(['add', 'without webhooks'], options);
  const [keys] = accountCommand(['add', 'with webhooks'], options);
  const [slow] = accountCommand(['add', 'receiver that hangs'], options);
  const create = async (service, account) => {
    const token = (await signIn(service.url, account))['X-ACCESS-TOKEN'];
    const load = { connections: SESSION_CONNECTIONS, seconds: SECONDS };
    return wrk(service, 'sessions.lua', load, [token, JSON.stringify(TOKEN_REQUEST)]);
  };
  log('sessions that expire, without webhooks');
  const off = await withService(options, (service) => create(service, quiet));
  const receivers = await startReceivers();
  try {
    webhookCommand(['set', keys.accessKey, `http://127.0.0.1:${receivers.answering}/`], options);
    webhookCommand(['set', slow.accessKey, `http://127.0.0.1:${receivers.hanging}/`], options);
    log('sessions that expire, with webhooks and a receiver that hangs');
    let events;
    const on = await withService(options, async (service) => {
      const access = await signIn(service.url, slow);
      for (let session = 0; session < HANGING_SESSIONS; session++) await openSession(service.url, access);
      const figures = await create(service, keys);
      const during = await receivers.received();
      const drained = await drain(receivers, figures.requests);
      events = { per_second: round(during / (SECONDS - LIFETIME)), drain_seconds: round(drained) };
      return figures;
    });
    return { off, on, events };
  } finally {
    receivers.close();
  }
}

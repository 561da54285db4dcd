// nginx with the files of deploy/nginx in front of the service.

import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { test } from 'node:test';
import { openService } from '../testkit/service/service.mjs';
import { skipWithout } from './lib/programs.mjs';
import { startNginx } from './lib/proxies.mjs';
import { liveSession, SETTINGS } from './lib/session.mjs';
import { streamsThrough } from './lib/streaming.mjs';

// The certificate is the test's own.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const options = { skip: skipWithout('nginx', 'openssl') };

test('nginx: a session, TLS, HTTP/2, limits by client address, and a log without tokens', options, async (t) => {
  const service = await openService(t, {}, SETTINGS, true);
  const nginx = await startNginx(t, { upstream: new URL(service.url).host });

  const { session, access } = await liveSession(nginx.url, service);
  const redirect = await fetch(`${nginx.plain}h5/?token=x`, { redirect: 'manual' });
  assert.equal(redirect.status, 301);
  assert.match(redirect.headers.get('location'), /^https:\/\//);

  const client = connect(nginx.url);
  t.after(() => client.close());
  const headers = await new Promise((done, failed) => {
    client.once('error', failed);
    client.request({ ':path': '/health/live' }).once('response', done).once('error', failed).end();
  });
  assert.equal(headers[':status'], 200);

  // The service answers, not nginx: its limit is above the largest header of a session.
  const long = await fetch(`${nginx.url}h5/api/v1/session`, {
    headers: { Authorization: `Bearer ${'x'.repeat(12_000)}` },
  });
  assert.equal(typeof (await long.json()).code, 'string');

  const token = new URL(session.url).searchParams.get('token');
  await fetch(`${nginx.url}h5/?token=${token}`);
  const path = `${nginx.url}openapi/auth/ticket/v1/generate-token`;
  const requests = Array.from({ length: 80 }, () => fetch(path, { method: 'POST' }).then(({ status }) => status));
  const statuses = await Promise.all(requests);
  // The service answers 415 to a request without JSON.
  assert.deepEqual([...new Set(statuses)].sort(), [415, 429], `${statuses}`);
  assert.equal((await fetch(`${nginx.url}health/live`)).status, 200, 'other requests have a limit of their own');

  const log = nginx.log();
  assert.match(log, /"GET \/h5\/ HTTP\/1\.1" 200 /);
  for (const secret of [token, access['X-ACCESS-TOKEN']]) assert.ok(!log.includes(secret));
});

test('nginx: uploads and answers pass as they arrive', options, async (t) => {
  await streamsThrough(t, startNginx);
});

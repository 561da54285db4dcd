// Caddy with the file of deploy/caddy in front of the service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openService } from '../testkit/service/service.mjs';
import { skipWithout } from './lib/programs.mjs';
import { startCaddy } from './lib/proxies.mjs';
import { liveSession, SETTINGS } from './lib/session.mjs';
import { streamsThrough } from './lib/streaming.mjs';

// The certificate is the test's own.
process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
const options = { skip: skipWithout('caddy', 'openssl') };

test('Caddy: a session, a redirect to TLS, long headers, and a log without tokens', options, async (t) => {
  const service = await openService(t, {}, SETTINGS, true);
  const caddy = await startCaddy(t, { upstream: new URL(service.url).host });

  const { session, access } = await liveSession(caddy.url, service);
  const redirect = await fetch(`${caddy.plain}h5/?token=x`, { redirect: 'manual' });
  assert.equal(redirect.status, 308);
  assert.match(redirect.headers.get('location'), /^https:\/\//);
  const long = await fetch(`${caddy.url}h5/api/v1/session`, {
    headers: { Authorization: `Bearer ${'x'.repeat(12_000)}` },
  });
  assert.equal(typeof (await long.json()).code, 'string');

  const token = new URL(session.url).searchParams.get('token');
  await (await fetch(`${caddy.url}h5/?token=${token}`)).text();
  const log = caddy.log();
  assert.match(log, /"uri":"\/h5\/\?token=REDACTED"/);
  for (const secret of [token, access['X-ACCESS-TOKEN']]) assert.ok(!log.includes(secret));
});

test('Caddy: uploads and answers pass as they arrive', options, async (t) => {
  await streamsThrough(t, startCaddy);
});

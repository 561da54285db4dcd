// Two instances of the service, as behind a load balancer: they share only a database and an S3 bucket.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildService } from '../../scripts/build/service.mjs';
import { accountCommand, dataDirEnv, startService } from '../../scripts/servers/service.mjs';
import { installPythonTools } from '../../scripts/setup/python.mjs';
import { sendAttempt, startAttempt } from '../testkit/service/attempt.mjs';
import { openSession, post, signIn } from '../testkit/service/integrator.mjs';
import { pictures } from '../testkit/service/pictures.mjs';
import { BUCKET, startS3 } from '../testkit/service/s3.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

test('a session continues on any instance, and each finds what the other has stored', async (t) => {
  if (!(await installPythonTools())) return t.skip('no Python, no S3');
  const s3 = await startS3();
  t.after(s3.close);
  const shared = {
    ...dataDirEnv(temporaryFolder(t)),
    NEARFAR_LOG: 'warn',
    NEARFAR_OBJECTS_URL: `s3://${BUCKET}/instances`,
    NEARFAR_POLL_INTERVAL_MS: '50',
    AWS_ENDPOINT: s3.url,
    AWS_ALLOW_HTTP: 'true',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  await buildService('start', shared);
  const [keys] = accountCommand(['add', 'test'], shared);
  // Only the second one scores.
  const front = await startService({ port: 0, env: { ...shared, NEARFAR_SCORERS: '0' } });
  t.after(front.close);
  const back = await startService({ port: 0, env: { ...shared, NEARFAR_SCORERS: '1' } });
  t.after(back.close);

  const files = await pictures();
  const access = await signIn(front.url, keys);
  const session = await openSession(front.url, access);
  const { signatureId, headers } = session;
  const attempt = await startAttempt(back.url, session, files);
  await sleep(attempt.manifest.nearImageTime - Date.now());
  const sent = await sendAttempt(front.url, headers, attempt, files);
  assert.equal(sent.code, 'SUCCESS', sent.message);

  // Long polling at the instance that does not score.
  let status = sent.data;
  while (status.state === 'judging') {
    const response = await fetch(`${front.url}h5/api/v1/status?version=${status.version}&wait=20`, { headers });
    status = (await response.json()).data;
  }
  assert.equal(status.state, 'succeeded', JSON.stringify(status));
  for (const { url } of [front, back]) {
    const result = await post(`${url}openapi/liveness/v4/h5/get-result`, access, { signatureId });
    assert.ok(Buffer.from(result.imageFar, 'base64').equals(files.far));
    assert.ok(Buffer.from(result.imageNear, 'base64').equals(files.near));
  }
  const cleared = await fetch(`${back.url}liveness/h5/ext/v1/clear-data?signatureId=${signatureId}`, {
    headers: access,
  });
  assert.equal((await cleared.json()).code, 'SUCCESS');
  const left = await (await fetch(`${s3.url}/${BUCKET}?list-type=2`)).text();
  assert.match(left, /<KeyCount>0<\/KeyCount>/);
});

// A whole session over HTTP, as an integrator's back end and a page would have it, without a browser.

import assert from 'node:assert/strict';
import { createCanvas } from '@napi-rs/canvas';
import { sendAttempt, startAttempt } from '../../testkit/service/attempt.mjs';
import { openSession, post, signIn } from '../../testkit/service/integrator.mjs';

/** The settings of the account that `liveSession` needs. It has to be a sandbox account, which chooses its verdicts. */
export const SETTINGS = { systemCamera: true };

/**
 * Opens a session, polls, uploads, waits for the verdict, fetches the result and clears the data. Fails unless all that
 * works.
 * @param {string} url the address of the service or of a proxy in front of it
 * @param {{accessKey: string, secretKey: string}} keys
 */
export async function liveSession(url, keys) {
  const access = await signIn(url, keys);
  const session = await openSession(url, access, { sandbox: ['SUCCESS'] });
  const { signatureId, headers } = session;
  // Pictures as of the device's own camera app: of others the service accepts only those of the engine's encoder.
  const picture = await createCanvas(640, 640).encode('jpeg', 95);
  const files = { far: picture, near: picture };
  const attempt = await startAttempt(url, session, files);
  attempt.manifest.cameraType = 'SYSTEM_CAMERA';
  const status = async (query = '') => (await (await fetch(`${url}h5/api/v1/status${query}`, { headers })).json()).data;
  let { version, state } = await status();
  // Answered by the upload, long before these seconds are over.
  const polled = status(`?version=${version}&wait=25`);
  const sent = await sendAttempt(url, headers, attempt, files);
  assert.equal(sent.code, 'SUCCESS', JSON.stringify(sent));
  ({ version, state } = await polled);
  while (state !== 'succeeded') {
    assert.ok(['capturing', 'judging'].includes(state), state);
    ({ version, state } = await status(`?version=${version}&wait=25`));
  }
  const result = await post(`${url}openapi/liveness/v4/h5/get-result`, access, { signatureId });
  assert.ok(Buffer.from(result.imageFar, 'base64').equals(picture));
  const cleared = await fetch(`${url}liveness/h5/ext/v1/clear-data?signatureId=${signatureId}`, { headers: access });
  assert.equal((await cleared.json()).code, 'SUCCESS');
  return { session, access };
}

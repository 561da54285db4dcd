// Sends attempts like the page, without a page: for tests and benchmarks of the service.

import { createHash, randomBytes } from 'node:crypto';
import { post } from './integrator.mjs';
import { seal } from './sealing.mjs';

const FAR_AFTER_MS = 10;
const NEAR_AFTER_MS = 2010;

const oval = (share) => ({ x: 180 - 150 * share, y: 320 - 200 * share, width: 300 * share, height: 400 * share });

/**
 * Starts an attempt: gets a nonce and builds the manifest of its files.
 * @param {string} url the service's address
 * @param {{signatureId: string, headers: object}} session its id, and the headers of its page's requests
 * @param {Record<string, Buffer>} files by their names
 */
export async function startAttempt(url, { signatureId, headers }, files) {
  const id = randomBytes(8).toString('hex');
  /** @type {import('../../../www/src/api/openapi.ts').AttemptView} */
  const { nonce, sealingKey } = await post(`${url}h5/api/v1/attempts`, headers, { attemptId: id });
  const now = Date.now();
  const [farImageTime, nearImageTime] = [now + FAR_AFTER_MS, now + NEAR_AFTER_MS];
  /** @type {import('../../../www/src/api/openapi.ts').Manifest} */
  const manifest = {
    nonce,
    files: Object.entries(files).map(([name, bytes]) => ({
      name,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      bytes: bytes.length,
    })),
    farImageTime,
    nearImageTime,
    cameraType: 'WEB_CAMERA',
    ovals: { far: oval(0.5), near: oval(1) },
    viewport: { width: 360, height: 640 },
    instructions: [
      { time: now, phase: 'far', code: 'keep_still' },
      { time: farImageTime + 1, phase: 'near', code: 'too_far' },
    ],
  };
  const to = { key: Buffer.from(sealingKey, 'base64url'), signatureId, attemptId: id, nonce };
  return { id, manifest, to };
}

/** The sealed upload of an attempt. */
export function sealAttempt({ manifest, to }, files) {
  return seal(to, [['manifest', Buffer.from(JSON.stringify(manifest))], ...Object.entries(files)]);
}

/** Uploads an attempt and returns the response. */
export async function sendAttempt(url, headers, attempt, files) {
  const response = await fetch(`${url}h5/api/v1/attempts/${attempt.id}`, {
    method: 'PUT',
    headers: { ...headers, 'Content-Type': 'application/octet-stream' },
    body: sealAttempt(attempt, files),
  });
  return response.json();
}

/** Uploads an attempt of a session (`{signatureId, headers}`) and waits until it is scored. Returns the status. */
export async function completeAttempt(url, session, files) {
  const { headers } = session;
  const attempt = await startAttempt(url, session, files);
  let { code, message, data: status } = await sendAttempt(url, headers, attempt, files);
  if (code !== 'SUCCESS') throw new Error(`the upload got ${code}: ${message}`);
  while (status.result?.attemptId !== attempt.id) {
    const response = await fetch(`${url}h5/api/v1/status?version=${status.version}&wait=10`, { headers });
    ({ code, message, data: status } = await response.json());
    if (code !== 'SUCCESS') throw new Error(`the status got ${code}: ${message}`);
  }
  return status;
}

/** The headers of the page's requests, from the session's URL. */
export const pageHeaders = (url) => ({ Authorization: `Bearer ${new URL(url).searchParams.get('token')}` });

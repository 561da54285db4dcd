// An attempt as the page sends it, without a page: for tests and benchmarks of the service.

import { createHash, randomBytes } from 'node:crypto';
import { post } from '../../../scripts/lib/integrator.mjs';

const FAR_AFTER_MS = 10;
const NEAR_AFTER_MS = 2010;

const oval = (share) => ({ x: 180 - 150 * share, y: 320 - 200 * share, width: 300 * share, height: 400 * share });

/**
 * Starts an attempt: takes a nonce for it and makes the manifest of its files.
 * @param {string} url the service's address
 * @param {object} headers those of the session's page
 * @param {Record<string, Buffer>} files by their names
 */
export async function startAttempt(url, headers, files) {
  const id = randomBytes(8).toString('hex');
  const { nonce } = await post(`${url}h5/api/v1/attempts`, headers, { attemptId: id });
  const now = Date.now();
  const [farImageTime, nearImageTime] = [now + FAR_AFTER_MS, now + NEAR_AFTER_MS];
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
  return { id, manifest };
}

/** Sends it and returns the answer. */
export async function sendAttempt(url, headers, { id, manifest }, files) {
  const form = new FormData();
  form.append('manifest', new Blob([JSON.stringify(manifest)], { type: 'application/json' }));
  for (const [name, bytes] of Object.entries(files)) form.append(name, new Blob([bytes], { type: 'image/jpeg' }), name);
  const response = await fetch(`${url}h5/api/v1/attempts/${id}`, { method: 'PUT', headers, body: form });
  return response.json();
}

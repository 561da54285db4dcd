// Asserts how a capture failed.

import assert from 'node:assert/strict';

/**
 * Waits for the page's error, asserts its fields, and that the page shows its message.
 * @param {{log, page}} capture `page` may be a frame
 */
export async function assertError({ log, page }, code, { recoverable }) {
  // A session that has started ends with `finished`, one that has not with `error` only.
  const error = await log.failure();
  assert.equal(error.code, code, log.summary());
  assert.equal(error.name, 'CaptureError');
  assert.equal(error.recoverable, recoverable);
  assert.match(error.message, /^[A-Z].{10,118}\.$/);
  await page.waitForFunction((text) => document.getElementById('error-message').textContent === text, error.message);
  assert.ok(log.all('error').length <= 1, 'at most one error event');
}

// When a running camera counts as silent or frozen, with a clock that the test advances.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { FrameTimeouts } = await pageModule('engine/frame-timeouts.ts');

const OBSERVATION = { hasPicture: true, pictures: 1, isHidden: false, isMuted: false };

/** Observes a camera every 250 ms from 0 to `until`; `at` returns its state at a time. Returns the first failure. */
function watch(until, at) {
  const timeouts = new FrameTimeouts(0);
  for (let now = 0; now <= until; now += 250) {
    const state = timeouts.observe({ ...OBSERVATION, now, ...at(now) });
    if (state !== 'ok') return { state, now };
  }
  return null;
}

test('a camera without pictures is silent after ten seconds, even if the device reports it muted', () => {
  const silent = { state: 'silent', now: 10_000 };
  assert.deepEqual(
    watch(60_000, () => ({ hasPicture: false, pictures: 0 })),
    silent,
  );
  assert.deepEqual(
    watch(60_000, () => ({ hasPicture: false, pictures: 0, isMuted: true })),
    silent,
  );
});

test('a camera that sends its first picture late is ok', () => {
  const at = (now) => ({ hasPicture: now >= 9_750, pictures: now >= 9_750 ? now : 0 });
  assert.equal(watch(60_000, at), null);
});

test('a camera is frozen three seconds after its last picture, even if there was only one', () => {
  assert.deepEqual(
    watch(60_000, (now) => ({ pictures: Math.min(now, 20_000) + 1 })),
    { state: 'frozen', now: 23_000 },
  );
  assert.deepEqual(
    watch(60_000, () => ({})),
    { state: 'frozen', now: 3_000 },
  );
});

test('slow cameras, hidden pages, calls and browsers without counters are ok', () => {
  assert.equal(
    watch(60_000, (now) => ({ pictures: 1 + Math.floor(now / 2_750) })),
    null,
  );
  assert.equal(
    watch(60_000, () => ({ isHidden: true })),
    null,
  );
  assert.equal(
    watch(60_000, () => ({ isHidden: true, hasPicture: false, pictures: 0 })),
    null,
  );
  assert.equal(
    watch(60_000, () => ({ isMuted: true })),
    null,
  );
  assert.equal(
    watch(60_000, () => ({ pictures: 0 })),
    null,
  );
});

test('after a hidden page is shown again, the camera has three seconds', () => {
  assert.deepEqual(
    watch(60_000, (now) => ({ isHidden: now < 30_000 })),
    { state: 'frozen', now: 32_750 },
  );
});

test('the time that a device slept does not count', () => {
  for (const seen of [OBSERVATION, { ...OBSERVATION, hasPicture: false, pictures: 0 }]) {
    const timeouts = new FrameTimeouts(0);
    assert.equal(timeouts.observe({ ...seen, now: 250 }), 'ok');
    assert.equal(timeouts.observe({ ...seen, now: 900_000 }), 'ok');
    assert.equal(timeouts.observe({ ...seen, now: 902_000 }), 'ok');
  }
});

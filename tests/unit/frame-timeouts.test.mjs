// When a camera that is on counts as silent or frozen, by a clock that the test moves.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { FrameTimeouts } = await pageModule('engine/frame-timeouts.ts');

const SEEN = { hasPicture: true, pictures: 1, isHidden: false, isMuted: false };

/** Looks at a camera every 250 ms, from 0 on; `at` gives what is seen at a moment. Returns what was said, and when. */
function watch(until, at) {
  const timeouts = new FrameTimeouts(0);
  for (let now = 0; now <= until; now += 250) {
    const state = timeouts.observe({ ...SEEN, now, ...at(now) });
    if (state !== 'ok') return { state, now };
  }
  return null;
}

test('a camera that never sends is silent after ten seconds, also where the device calls it muted', () => {
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

test('a camera that sends late, but sends, is well', () => {
  const at = (now) => ({ hasPicture: now >= 9_750, pictures: now >= 9_750 ? now : 0 });
  assert.equal(watch(60_000, at), null);
});

test('a camera that stops is frozen three seconds after its last picture, also if there was only one', () => {
  assert.deepEqual(
    watch(60_000, (now) => ({ pictures: Math.min(now, 20_000) + 1 })),
    { state: 'frozen', now: 23_000 },
  );
  assert.deepEqual(
    watch(60_000, () => ({})),
    { state: 'frozen', now: 3_000 },
  );
});

test('slow cameras, hidden pages, calls and browsers that count nothing are no trouble', () => {
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

test('back from being hidden the camera has its three seconds again', () => {
  assert.deepEqual(
    watch(60_000, (now) => ({ isHidden: now < 30_000 })),
    { state: 'frozen', now: 32_750 },
  );
});

test('a device that slept blames the camera for nothing', () => {
  for (const seen of [SEEN, { ...SEEN, hasPicture: false, pictures: 0 }]) {
    const timeouts = new FrameTimeouts(0);
    assert.equal(timeouts.observe({ ...seen, now: 250 }), 'ok');
    assert.equal(timeouts.observe({ ...seen, now: 900_000 }), 'ok');
    assert.equal(timeouts.observe({ ...seen, now: 902_000 }), 'ok');
  }
});

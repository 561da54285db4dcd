// The page's clock and its offset to the service's clock, with clocks that differ.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { now } = await pageModule('engine/clock.ts');
const { withClockOffset } = await pageModule('api/server-time.ts');
const { captureTime } = await pageModule('flow/photos.ts');

const MINUTE = 60_000;

test('the page uses the clock of the frames: setting the device’s time does not change it', (t) => {
  const before = now();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 15 * MINUTE });
  assert.ok(Math.abs(now() - (performance.timeOrigin + performance.now())) < MINUTE);
  assert.ok(now() - before < MINUTE);
});

test('each response has the offset of its moment, however far the clocks have drifted since the last one', async () => {
  // The service's clock advances; the device sleeps, and its clock stops.
  let [service, device] = [1_800_000_000_000, 1_800_000_000_000 - 3_000];
  const request = async () => {
    service += 100;
    device += 100;
    const response = { nonce: 'n', serverTime: service };
    service += 300;
    device += 300;
    return response;
  };
  const first = await withClockOffset(request, () => device);
  assert.deepEqual(first, { nonce: 'n', serverTime: 1_800_000_000_100, clockOffset: 3_000 - 100 });
  service += 15 * MINUTE;
  const { clockOffset } = await withClockOffset(request, () => device);
  assert.equal(clockOffset, 15 * MINUTE + 3_000 - 100);
  // The error of a frame's time is within the duration of the request.
  assert.ok(Math.abs(device + clockOffset - service) <= 200);
});

test('the age of a photo comes from the device’s clock, unless it is implausible', () => {
  const [since, at] = [1_000_000, 1_060_000];
  for (const apart of [0, 15 * MINUTE, -15 * MINUTE]) {
    const shown = at + apart;
    assert.equal(captureTime(shown - 20_000, since, at, shown), at - 20_000, `${apart}`);
    // From the gallery, from the future, and from before the time was set.
    for (const wrong of [shown - 61_000, shown + 1, shown - 60 * MINUTE, 0, Number.NaN])
      assert.equal(captureTime(wrong, since, at, shown), at, `${apart}: ${wrong}`);
  }
});

// Which clock the page goes by, with clocks that are moved apart.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { now } = await pageModule('engine/clock.ts');
const { withClockOffset } = await pageModule('api/server-time.ts');
const { captureTime } = await pageModule('flow/photos.ts');

const MINUTE = 60_000;

test('the clock of the page is that of the frames: setting the device’s time does not move it', (t) => {
  const before = now();
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 15 * MINUTE });
  assert.ok(Math.abs(now() - (performance.timeOrigin + performance.now())) < MINUTE);
  assert.ok(now() - before < MINUTE);
});

test('each answer brings the offset of its own moment, however the clocks have drifted since the last one', async () => {
  // The service's clock goes on; the device sleeps, and its own stands still meanwhile.
  let [service, device] = [1_800_000_000_000, 1_800_000_000_000 - 3_000];
  const ask = async () => {
    service += 100;
    device += 100;
    const answer = { nonce: 'n', serverTime: service };
    service += 300;
    device += 300;
    return answer;
  };
  const first = await withClockOffset(ask, () => device);
  assert.deepEqual(first, { nonce: 'n', serverTime: 1_800_000_000_100, clockOffset: 3_000 - 100 });
  service += 15 * MINUTE;
  const { clockOffset } = await withClockOffset(ask, () => device);
  assert.equal(clockOffset, 15 * MINUTE + 3_000 - 100);
  // A frame of now is told within the time that the answer took.
  assert.ok(Math.abs(device + clockOffset - service) <= 200);
});

test('a photo is as old as the shown clock says, unless that cannot be', () => {
  const [since, at] = [1_000_000, 1_060_000];
  for (const apart of [0, 15 * MINUTE, -15 * MINUTE]) {
    const shown = at + apart;
    assert.equal(captureTime(shown - 20_000, since, at, shown), at - 20_000, `${apart}`);
    // From the gallery; from the future; from before the time was set.
    for (const wrong of [shown - 61_000, shown + 1, shown - 60 * MINUTE, 0, Number.NaN])
      assert.equal(captureTime(wrong, since, at, shown), at, `${apart}: ${wrong}`);
  }
});

// Wrong or diverging clocks of the device: a proper capture still passes. With the real service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJourney } from '../testkit/page/journey.mjs';
import { captureRecord } from '../testkit/service/record.mjs';

const QUARTER_HOUR = 900_000;

/** Runs the journey and returns the capture record. */
async function passJourney(journey, prepare) {
  const { page, open, button, heading, result, service, access, session } = journey;
  await open();
  await button('Start camera').waitFor();
  await prepare?.(page);
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  const { score, attackType, nearImageTime } = await result();
  assert.ok(score >= 50, `score ${score}`);
  assert.equal(attackType, null);
  // By the service's clock, which is this one: the quarter of an hour does not show.
  assert.ok(Math.abs(nearImageTime - Date.now()) < QUARTER_HOUR / 3, `near at ${nearImageTime}`);
  return captureRecord(service.url, access, session.signatureId);
}

test('after a sleep Date is a quarter of an hour ahead of performance: the capture passes', async (t) => {
  const settings = { lightChallenge: 'offered' };
  const journey = await openJourney(t, { settings, options: { language: 'en' } });
  await journey.page.addInitScript((ahead) => {
    const { now } = Date;
    Date.now = () => now() + ahead;
  }, QUARTER_HOUR);
  const files = await passJourney(journey);
  const { light, nearImageTime } = JSON.parse(files['manifest.json']);
  // By the same clock the colours follow the near picture at once.
  assert.equal(light.outcome, 'shown');
  assert.ok(light.shown[0].from - nearImageTime < QUARTER_HOUR / 3, JSON.stringify(light));
});

for (const source of ['video_frame', 'track_processor'])
  test(`during a sleep before the start the window’s clock stops and the worker’s does not: ${source}`, async (t) => {
    const journey = await openJourney(t, { options: { language: 'en', source } });
    await journey.page.addInitScript(() => {
      globalThis.slept = 0;
      const { now } = Performance.prototype;
      Performance.prototype.now = function () {
        return now.call(this) - globalThis.slept;
      };
    });
    await passJourney(journey, (page) =>
      page.evaluate((slept) => {
        globalThis.slept = slept;
      }, QUARTER_HOUR),
    );
  });

test('the device’s clock is set during the capture: it passes', async (t) => {
  const settings = { lightChallenge: 'offered' };
  const journey = await openJourney(t, { settings, options: { language: 'en' } });
  await journey.page.addInitScript((ahead) => {
    let set = 0;
    const { now } = Date;
    Date.now = () => now() + set;
    document.addEventListener('nearfar:phase', ({ detail }) => {
      if (detail.phase === 'near') set = -ahead;
    });
  }, QUARTER_HOUR);
  await passJourney(journey);
});

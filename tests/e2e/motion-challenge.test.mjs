// The motion challenge on the page: who is led along the path passes, by eye, by ear and without a mouse.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJourney } from '../testkit/page/journey.mjs';
import { followMotionPath, layerAt } from '../testkit/scenarios/motion-path.mjs';

/** Notes every place of the oval, and everything that a screen reader is told. Runs in the page. */
function watch() {
  globalThis.ovals = [];
  globalThis.said = [];
  const look = () => {
    const root = document.querySelector('nearfar-journey')?.renderRoot;
    const oval = root?.querySelector('.oval[rx]');
    const place = oval && ['cx', 'cy', 'rx'].map((name) => Math.round(Number(oval.getAttribute(name))));
    const text = document.querySelector('[aria-live]')?.textContent || root?.querySelector('[aria-live]')?.textContent;
    if (place && String(globalThis.ovals[globalThis.ovals.length - 1]) !== String(place)) globalThis.ovals.push(place);
    if (text && globalThis.said[globalThis.said.length - 1] !== text) globalThis.said.push(text);
    setTimeout(look, 30);
  };
  look();
}

/** Waits until the person has passed. A few in a hundred captures have no answer: then they try again, as anybody would. */
async function passes({ button, heading }) {
  const [done, again] = [heading('Done. Thank you!'), button('Try again')];
  for (let tries = 0; tries < 3; tries += 1) {
    await done.or(again).first().waitFor({ timeout: 90_000 });
    if (await done.isVisible()) return;
    await again.click();
  }
  assert.fail('no answer in three tries');
}

const settings = { motionChallenge: 'on', verdictFields: true };

test('somebody who follows the oval passes, with a picture of each stop', async (t) => {
  const { page, open, button, heading, result, pageErrors } = await openJourney(t, {
    scenario: null,
    settings,
    tokenRequest: { tryCount: 3 },
  });
  const attempts = await followMotionPath(page);
  await page.addInitScript(watch);
  await open();
  await button('Start the camera').press('Enter');
  await passes({ button, heading });
  const [{ request, answer }] = attempts;
  assert.equal(request.motion, true, 'the page says that it can');
  assert.equal(answer.data.motion.stops.length, 1);
  const { score, passed, verdict, reasons } = await result();
  assert.ok(score >= 50, `score ${score}, ${reasons}`);
  assert.deepEqual([passed, verdict, reasons], [true, 'live', []]);
  const ovals = await page.evaluate('ovals');
  const widths = ovals.map(([, , rx]) => rx);
  assert.equal(new Set(widths).size, 3, `far, a stop and near: ${JSON.stringify(ovals)}`);
  const said = await page.evaluate('said');
  assert.ok(
    said.some((text) => /Keep still|Come closer|Move/.test(text)),
    `what is said: ${said}`,
  );
  assert.deepEqual(pageErrors, []);
});

// The mirrored preview has the oval on the other side, and "left" is the person's own.
for (const [name, place, told] of [
  ['left', { x: 1, y: 0 }, 'Move left'],
  ['right', { x: -1, y: 0 }, 'Move right'],
  ['up', { x: 0, y: -1 }, 'Move up'],
  ['down', { x: 0, y: 1 }, 'Move down'],
])
  test(`whoever is in the middle is told to move ${name} where the path begins there`, async (t) => {
    const { page, open, button } = await openJourney(t, { scenario: 'far_to_near', settings });
    const path = (view) => ({ ...view, motion: { ...view.motion, far: { size: 0.28, ...place } } });
    await page.route('**/h5/api/v1/attempts', async (route) => {
      const response = await route.fetch();
      const body = await response.json();
      await route.fulfill({ response, json: { ...body, data: path(body.data) } });
    });
    await open();
    await button('Start the camera').click();
    await page.locator('.instruction', { hasText: told }).waitFor();
    const { x } = layerAt({ size: 0.28, ...place });
    const [cx, width] = await page.evaluate(() => {
      const root = document.querySelector('nearfar-journey').renderRoot;
      return [Number(root.querySelector('.oval').getAttribute('cx')), root.querySelector('video').clientWidth];
    });
    assert.ok(Math.abs(cx / width - (0.5 - x)) < 0.02, `the oval is at ${cx} of ${width}`);
  });

test('at PRO whoever wants little motion on the screen is led along a longer path, without colours', async (t) => {
  const { page, open, button, heading, result } = await openJourney(t, {
    scenario: null,
    tokenRequest: { productLevel: 'PRO', tryCount: 3 },
    settings: { verdictFields: true },
  });
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const attempts = await followMotionPath(page);
  await open();
  await button('Start the camera').click();
  await passes({ button, heading });
  const [{ request, answer }] = attempts;
  assert.equal(request.lightUnwanted, true);
  assert.deepEqual([answer.data.light, answer.data.motion.stops.length], [null, 2]);
  const { passed, reasons } = await result();
  assert.ok(passed, `${reasons}`);
});

test('at PRO whoever leaves the colours out goes on along a longer path', async (t) => {
  const tokenRequest = { productLevel: 'PRO', tryCount: 3 };
  const { page, open, button, heading, result } = await openJourney(t, { scenario: null, tokenRequest });
  const attempts = await followMotionPath(page);
  await open();
  await button('Start the camera').click();
  await button('Skip').click({ timeout: 60_000 });
  await passes({ button, heading });
  const stops = attempts.map(({ answer }) => answer.data.motion.stops.length);
  const colors = attempts.map(({ answer }) => answer.data.light?.colors.length ?? 0);
  assert.deepEqual(
    [stops, colors],
    [
      [1, 2],
      [6, 0],
    ],
  );
  assert.ok((await result()).score >= 50);
});

// The independent face detector of the tests.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { tasksVision } from '../testkit/browser/tasks-vision.mjs';
import { PHOTOS } from '../testkit/scenarios/photos.mjs';

test('the independent detector finds the face in a portrait, and none in a city', async () => {
  const browser = await launchChromium();
  try {
    const detect = await tasksVision(browser);
    const faces = await detect(readFileSync(PHOTOS.man.path));
    assert.equal(faces.length, 1);
    const [left, top, side] = PHOTOS.man.face;
    assert.ok(Math.abs(faces[0].x - left) < 6 && Math.abs(faces[0].y - top) < 6, JSON.stringify(faces));
    assert.ok(Math.abs(faces[0].width - side) < 6, JSON.stringify(faces));
    assert.deepEqual(await detect(readFileSync(PHOTOS.city.path)), []);
  } finally {
    await browser.close();
  }
});

// The main job in the other two browser engines, each by the frame source that it has.

import assert from 'node:assert/strict';
import { createReadStream } from 'node:fs';
import { test } from 'node:test';
import { browsers, program } from '../../scripts/lib/browsers.mjs';
import { launchChromium } from '../../scripts/lib/chromium.mjs';
import { EventLog, forwardEvents, forwarding } from '../../scripts/lib/follow.mjs';
import { serve } from '../../scripts/lib/serve.mjs';
import { assertFarToNear } from './lib/assert-capture.mjs';
import { playAsCamera } from './lib/canvas-camera.mjs';
import { viewport } from './lib/capture.mjs';
import { tasksVision } from './lib/tasks-vision.mjs';
import { openWebKit } from './lib/webdriver.mjs';
import { FPS, SHAPES, storyVideo } from './stories/generate.mjs';

const STORY = '/story.mjpeg';
const SHAPE = 'landscape';
const POLL_MS = 200;

/** The page's server, with the story's video on the same host. */
async function serveStory(t) {
  const video = await storyVideo('far_to_near', SHAPE);
  const server = await serve({
    port: 0,
    before(request, response) {
      if (request.url !== STORY) return false;
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      createReadStream(video).pipe(response);
      return true;
    },
  });
  t.after(() => server.close());
  return server;
}

/** Plays the story to an opened page and waits for its end. `page` can `goto` and `evaluate`. */
async function capture(t, page) {
  const server = await serveStory(t);
  await page.goto(server.url);
  await page.evaluate(() => {
    globalThis.told = [];
    globalThis.nearfarTell = (json) => globalThis.told.push(json);
  });
  await page.evaluate(forwardEvents, forwarding);
  const [width, height] = SHAPES[SHAPE];
  await page.evaluate(playAsCamera, { url: STORY, fps: FPS, width, height });
  while (!(await page.evaluate(() => document.getElementById('start') !== null)))
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  await page.evaluate(() => document.getElementById('start').click());
  const log = new EventLog();
  const timer = setInterval(async () => {
    const told = await page.evaluate(() => globalThis.told.splice(0)).catch(() => []);
    for (const json of told) log.push(json);
  }, POLL_MS);
  const finished = await log.finished(120_000).finally(() => clearInterval(timer));
  const judge = await launchChromium();
  t.after(() => judge.close());
  const seen = await page.evaluate(() => globalThis.seen);
  await assertFarToNear(finished, { detect: await tasksVision(judge), seen });
  return log;
}

test('far to near in Firefox', async (t) => {
  await browsers(['firefox']);
  const { default: puppeteer } = await import('puppeteer-core');
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: program('firefox'),
    headless: true,
    defaultViewport: viewport(SHAPE),
    extraPrefsFirefox: { 'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true },
  });
  t.after(() => browser.close());
  const log = await capture(t, await browser.newPage());
  assert.deepEqual(log.all('source'), [{ name: 'video_frame' }]);
});

test('far to near in WebKitGTK', async (t) => {
  await browsers(['webkitDriver', 'xvfb']);
  const log = await capture(t, await openWebKit(t, viewport(SHAPE)));
  assert.deepEqual(log.all('source'), [{ name: 'video_frame' }]);
});

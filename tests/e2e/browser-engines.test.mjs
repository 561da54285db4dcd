// Captures in Firefox and WebKitGTK, each with its frame source; and the JPEG files of canvases in all three engines.

import assert from 'node:assert/strict';
import { cpSync, createReadStream } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { playCanvasCamera } from '../testkit/browser/canvas-camera.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { until, withChromium, withFirefox, withWebKitPage } from '../testkit/browser/engines.mjs';
import { tasksVision } from '../testkit/browser/tasks-vision.mjs';
import { assertFarToNear } from '../testkit/page/assert-capture.mjs';
import { address, LONG_STAGES, viewport } from '../testkit/page/capture.mjs';
import { EventLog, FORWARD_OPTIONS, forwardEvents } from '../testkit/page/event-log.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { FPS, SHAPES, scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { sendAttempt, startAttempt } from '../testkit/service/attempt.mjs';
import { openSession, post, signIn } from '../testkit/service/integrator.mjs';
import { captureRecord } from '../testkit/service/record.mjs';
import { openService, temporaryFolder } from '../testkit/service/service.mjs';

const SCENARIO = '/scenario.mjpeg';
const SHAPE = 'landscape';
const POLL_MS = 200;

/** Serves the page, with the scenario's video on the same host. */
async function serveScenario(t) {
  const video = await scenarioVideo('far_to_near', SHAPE);
  const server = await serve({
    port: 0,
    before(request, response) {
      if (request.url !== SCENARIO) return false;
      response.writeHead(200, { 'Content-Type': 'application/octet-stream' });
      createReadStream(video).pipe(response);
      return true;
    },
  });
  t.after(() => server.close());
  return server;
}

/** Runs a capture of the scenario and returns its events. `page` needs only `goto` and `evaluate`. */
async function capture(t, page) {
  const server = await serveScenario(t);
  await page.goto(server.url);
  await page.evaluate(() => {
    globalThis.events = [];
    globalThis.nearfarEvent = (json) => globalThis.events.push(json);
  });
  await page.evaluate(forwardEvents, FORWARD_OPTIONS);
  const [width, height] = SHAPES[SHAPE];
  await page.evaluate(playCanvasCamera, { url: SCENARIO, fps: FPS, width, height });
  while (!(await page.evaluate(() => document.getElementById('start') !== null)))
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  await page.evaluate(() => document.getElementById('start').click());
  const log = new EventLog();
  const timer = setInterval(async () => {
    const events = await page.evaluate(() => globalThis.events.splice(0)).catch(() => []);
    for (const json of events) log.push(json);
  }, POLL_MS);
  const finished = await log.finished(120_000).finally(() => clearInterval(timer));
  const detectorBrowser = await launchChromium();
  t.after(() => detectorBrowser.close());
  const seen = await page.evaluate(() => globalThis.seen);
  await assertFarToNear(finished, { detect: await tasksVision(detectorBrowser), seen });
  return log;
}

/** Runs in the page: clicks the button with this text. Returns whether it exists. */
function press(text) {
  const root = document.querySelector('nearfar-journey')?.renderRoot;
  const button = [...(root?.querySelectorAll('button') ?? [])].find((each) => each.textContent.trim() === text);
  button?.click();
  return button !== undefined;
}

/** Runs in the page: the text of its heading. */
function heading() {
  return document.querySelector('nearfar-journey')?.renderRoot?.querySelector('h1')?.textContent ?? '';
}

/** Runs the journey of a session on the real service, which also serves the scenario's video. */
async function journey(t, page) {
  const folder = temporaryFolder(t);
  cpSync(join(root, 'dist'), folder, { recursive: true });
  cpSync(await scenarioVideo('far_to_near', SHAPE), join(folder, SCENARIO));
  const service = await openService(t, { NEARFAR_PAGE_DIR: folder }, { lightChallenge: 'offered' });
  const access = await signIn(service.url, service);
  const session = await openSession(service.url, access);
  await page.goto(address(session.url, { language: 'en', config: LONG_STAGES }));
  const [width, height] = SHAPES[SHAPE];
  await page.evaluate(playCanvasCamera, { url: `${service.url}h5${SCENARIO}`, fps: FPS, width, height });
  await until('the start', page, press, 'Start camera');
  let text = '';
  while (text !== 'You’re all set') {
    text = await page.evaluate(heading);
    if (/couldn’t verify|went wrong|isn’t working|blocked|Time ran out/.test(text)) throw new Error(text);
    await new Promise((wake) => setTimeout(wake, POLL_MS));
  }
  const { signatureId } = session;
  const { score } = await post(`${service.url}openapi/liveness/v4/h5/get-result`, access, { signatureId });
  assert.ok(score >= 50, `score ${score}`);
  const files = await captureRecord(service.url, access, signatureId);
  const { device, light, audit } = JSON.parse(files['manifest.json']);
  const { stream } = device;
  assert.ok(stream.frames > 0 && stream.recurring === 0, JSON.stringify(stream));
  // The service has accepted both the engine's JPEG files and those of the page's canvases.
  assert.equal(light.outcome, 'shown');
  assert.equal(audit.filter(({ phase }) => phase === 'light').length, light.shown.length);
}

/** Runs in the page: encodes a drawing with all kinds of canvases into `globalThis.encoded`, in base64. */
function encodeAll({ sizes, qualities }) {
  const kinds = [{}, { alpha: false }, { colorSpace: 'display-p3' }, { offscreen: true }, { translucent: true }];
  const base64 = (blob) =>
    new Promise((done) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
      reader.readAsDataURL(blob);
    });
  const encode = async ([width, height], quality, { offscreen, translucent, ...settings }) => {
    if (offscreen && !globalThis.OffscreenCanvas) return null;
    const canvas = offscreen
      ? new OffscreenCanvas(width, height)
      : Object.assign(document.createElement('canvas'), { width, height });
    const context = canvas.getContext('2d', settings);
    for (let x = 0; x < width; x += 16) {
      context.fillStyle = `hsla(${x * 7}, 80%, 50%, ${translucent ? 0.5 : 1})`;
      context.fillRect(x, 0, 16, height - x / 2);
    }
    const blob = offscreen
      ? await canvas.convertToBlob({ type: 'image/jpeg', quality })
      : await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality));
    return base64(blob);
  };
  const all = sizes.flatMap((size) => qualities.flatMap((quality) => kinds.map((kind) => encode(size, quality, kind))));
  globalThis.encoded = null;
  Promise.all(all).then(
    (files) => {
      globalThis.encoded = { files: files.filter((file) => file !== null) };
    },
    (error) => {
      globalThis.encoded = { error: String(error) };
    },
  );
}

/** Returns the JPEG files of this browser's canvases. */
async function canvasFiles(page, given) {
  await page.evaluate(encodeAll, given);
  await until('pictures', page, () => globalThis.encoded !== null);
  const { files, error } = await page.evaluate(() => globalThis.encoded);
  assert.ok(files, error);
  return files.map((file) => Buffer.from(file, 'base64'));
}

/** Sizes and qualities that the page uses, and unusual ones. */
const LIT = {
  sizes: [
    [320, 180],
    [240, 320],
    [317, 211],
  ],
  qualities: [0.65, 0.8, 0.85, 0.92, 1],
};
const PHOTOS = {
  sizes: [
    [1365, 2048],
    [257, 256],
  ],
  qualities: [0.65, 0.8, 0.92],
};
/** The maximum number of audit images in an upload. */
const MAX_AUDITS = 32;

/**
 * Asserts that the service accepts JPEG files of this browser's canvases where the page uses canvases, and only there.
 */
async function assertCanvasesAccepted(t, page) {
  const lit = await canvasFiles(page, LIT);
  const photos = await canvasFiles(page, PHOTOS);
  assert.ok(lit.length >= 60 && photos.length >= 24, `${lit.length} and ${photos.length} files`);
  const service = await openService(t, { NEARFAR_SCORERS: '0' }, { systemCamera: true });
  const access = await signIn(service.url, service);
  for (let begin = 0; begin < photos.length; begin += 2) {
    const [far, near = far] = photos.slice(begin, begin + 2);
    const audit = lit.splice(0, MAX_AUDITS).map((file, index) => [`audit-${index}`, file]);
    const files = { far, near, ...Object.fromEntries(audit) };
    const session = await openSession(service.url, access);
    const attempt = await startAttempt(service.url, session, files);
    attempt.manifest.audit = audit.map(([name]) => ({ name, time: Date.now(), phase: 'light', code: '#00ff00' }));
    const send = (cameraType) => {
      attempt.manifest.cameraType = cameraType;
      return sendAttempt(service.url, session.headers, attempt, files);
    };
    const refusal = await send('WEB_CAMERA');
    assert.equal(refusal.code, 'PICTURE_INVALID');
    const accepted = await send('SYSTEM_CAMERA');
    assert.equal(accepted.code, 'SUCCESS', accepted.extra);
  }
  assert.equal(lit.length, 0);
}

const ENGINES = { Chromium: withChromium, Firefox: withFirefox, WebKitGTK: withWebKitPage };

for (const [name, withPage] of Object.entries(ENGINES)) {
  test(`the service accepts JPEG files of canvases in ${name}`, async (t) => {
    await withPage(t, viewport(SHAPE), (page) => assertCanvasesAccepted(t, page));
  });
}

for (const [name, withPage] of Object.entries({ Firefox: withFirefox, WebKitGTK: withWebKitPage })) {
  test(`far to near in ${name}`, async (t) => {
    await withPage(t, viewport(SHAPE), async (page) => {
      const log = await capture(t, page);
      assert.deepEqual(log.all('source'), [{ name: 'video_frame' }]);
    });
  });

  test(`the journey of a session in ${name}`, async (t) => {
    await withPage(t, viewport(SHAPE), (page) => journey(t, page));
  });
}

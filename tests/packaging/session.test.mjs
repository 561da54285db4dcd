// createCapture in a session of the real service: the example, deliveries that fail, challenges, errors, the handoff.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { wholeVideo } from '../testkit/page/capture.mjs';
import { post } from '../testkit/service/integrator.mjs';
import { backEnd } from './lib/back-end.mjs';
import { openShop } from './lib/open.mjs';

/** Lets the page of another origin read a simulated answer, as the service does. */
const EXPOSED = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'retry-after, date' };

const EXAMPLE = join(root, 'examples', 'headless');

/** Uncropped video, although the default constraints request landscape. */
const showWholeVideo = (page) =>
  page.addInitScript((constraints) => {
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    globalThis.cameraRequests = 0;
    MediaDevices.prototype.getUserMedia = function () {
      globalThis.cameraRequests += 1;
      return getUserMedia.call(this, { video: constraints });
    };
  }, wholeVideo('portrait'));

/**
 * Opens an empty page with a session, and in it `open(options)`, which creates a capture as `globalThis.capture` and
 * records its progress in `globalThis.progress`.
 */
async function openSessionPage(t, options) {
  const opened = await openShop(t, { needsService: true, ...options });
  const { page, site, session } = opened;
  await showWholeVideo(page);
  await page.goto(site.url);
  await page.evaluate((sessionUrl) => {
    const video = document.createElement('video');
    video.style.cssText = 'display: block; width: 450px; height: 800px; object-fit: cover';
    video.muted = true;
    document.body.append(video);
    globalThis.progress = [];
    globalThis.open = async (more = {}) => {
      const { createCapture } = await import('nearfar');
      const onProgress = (progress) => {
        globalThis.progress.push(progress);
        globalThis.onStep?.(progress);
      };
      globalThis.capture = await createCapture({ video, sessionUrl, onProgress, ...more });
    };
    globalThis.codeOf = (promise) =>
      promise.then(
        () => 'resolved',
        ({ code, recoverable, cause }) => ({ code, recoverable, cause: String(cause) }),
      );
  }, session.url);
  return opened;
}

test('the example ends in a verdict of the service, in at most 40 lines', async (t) => {
  const files = readdirSync(EXAMPLE).map((name) => readFileSync(join(EXAMPLE, name), 'utf8'));
  const lines = files.join('').split('\n').length - 1;
  assert.ok(lines <= 40, `${lines} lines`);
  let sessions;
  const answer = (request, response, policy) => {
    if (sessions?.before(request, response)) return true;
    const [, name] = /^\/example\/(\w+\.(?:html|js))/.exec(request.url) ?? [];
    // The import map of the example names another folder than that of the other tests.
    request.url = request.url.replace('/nearfar/dist/', '/dist/');
    if (request.url === '/favicon.ico') return Boolean(response.writeHead(204).end());
    if (!name) return false;
    const type = name.endsWith('.js') ? 'text/javascript' : 'text/html';
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy });
    response.end(readFileSync(join(EXAMPLE, name)));
    return true;
  };
  const { page, service, access, site, pageErrors } = await openShop(t, {
    needsService: true,
    settings: { verdictFields: true },
    answer,
  });
  sessions = backEnd(service, access);
  await showWholeVideo(page);
  await page.goto(`${site.url}example/index.html`);
  await page.getByRole('button', { name: 'Start' }).click();
  const ended = page.getByText('You’re all set').or(page.getByText('That didn’t work'));
  await ended.waitFor({ timeout: 90_000 });
  assert.equal(await page.getByRole('status').textContent(), 'You’re all set');
  const url = `${service.url}openapi/liveness/v4/h5/get-result`;
  const [signatureId] = sessions.sessions;
  const { passed } = await post(url, access, { signatureId });
  assert.equal(passed, true);
  assert.deepEqual(pageErrors, []);
});

test('pictures survive a failed upload; video and coloured light go with them', async (t) => {
  const settings = { video: true, lightChallenge: 'offered' };
  const { page, pageErrors, session, service, access } = await openSessionPage(t, { settings });
  const answers = [
    (route) => route.abort(),
    (route) =>
      route.fulfill({ status: 400, headers: EXPOSED, json: { code: 'CLIENT_ERROR', message: 'no', data: null } }),
  ];
  await page.route('**/h5/api/v1/attempts/*', (route) => (answers.shift() ?? ((other) => other.continue()))(route));
  const asked = page.waitForRequest((request) => request.url().endsWith('/h5/api/v1/attempts'));
  const seen = await page.evaluate(async () => {
    const colors = [];
    globalThis.onStep = ({ kind, retryNow }) => kind === 'waiting' && setTimeout(retryNow, 1_000);
    await globalThis.open({ light: (color) => colors.push(color), moreTime: true });
    const { capture, progress, codeOf } = globalThis;
    const facts = JSON.parse(JSON.stringify(capture.session));
    const early = await codeOf(capture.verdict());
    await capture.start();
    const codes = [];
    for await (const { code } of capture) codes.push(code);
    const failed = await codeOf(capture.submit());
    const cameras = globalThis.cameraRequests;
    await capture.submit();
    const verdict = await capture.verdict();
    const kinds = progress.map(({ kind, what }) => (what ? `${kind} ${what}` : kind));
    const after = capture.session;
    return { colors, codes, facts, early, failed, cameras, verdict, kinds: [...new Set(kinds)], after };
  });
  assert.equal((await asked).postDataJSON().moreTime, true);
  assert.equal(seen.early.code, 'invalid_options');
  assert.deepEqual([seen.facts.id, seen.facts.video, seen.facts.light], [session.signatureId, true, true]);
  assert.ok(seen.codes.includes('keep_still'), seen.codes.join());
  assert.deepEqual(seen.failed, { code: 'service', recoverable: false, cause: 'CLIENT_ERROR' });
  assert.equal(seen.cameras, 1, 'the same pictures');
  assert.deepEqual([seen.verdict.passed, seen.verdict.over, seen.verdict.code], [true, true, 'SUCCESS']);
  assert.match(seen.verdict.next.url, /^https:/);
  assert.deepEqual([seen.after.state, typeof seen.verdict.score], ['succeeded', 'number']);
  for (const kind of ['light_soon', 'uploading pictures', 'waiting', 'uploading video', 'judging'])
    assert.ok(seen.kinds.includes(kind), seen.kinds.join());
  assert.ok(seen.colors.length > 2 && seen.colors.slice(0, 2).every((color) => /^#[0-9a-f]{6}$/.test(color)));
  assert.equal(seen.colors.at(-1), null);
  const url = `${service.url}openapi/liveness/v4/h5/get-result`;
  const { video } = await post(url, access, { signatureId: session.signatureId });
  assert.ok(video, 'the video');
  // The browser itself logs the two failures.
  assert.ok(
    pageErrors.every((text) => text.includes('Failed to load resource')),
    pageErrors.join('\n'),
  );
});

test('a cancelled attempt is followed by another one', async (t) => {
  const { page, pageErrors } = await openSessionPage(t, {});
  const seen = await page.evaluate(async () => {
    await globalThis.open();
    const { capture, codeOf } = globalThis;
    const phases = [];
    capture.on('phase', ({ phase }) => phases.push(phase));
    await capture.start();
    await capture[Symbol.asyncIterator]().next();
    capture.cancel();
    const cancelled = await codeOf(capture.frames);
    const unsent = await codeOf(capture.submit());
    await capture.start();
    for await (const _ of capture);
    await capture.submit();
    const { passed } = await capture.verdict();
    const again = await codeOf(capture.start());
    return { cancelled, unsent, passed, again, over: (await capture.verdict()).over };
  });
  assert.equal(seen.cancelled.code, 'cancelled');
  assert.equal(seen.unsent.code, 'cancelled');
  assert.equal(seen.passed, true);
  assert.deepEqual([seen.again.code, seen.again.recoverable, seen.over], ['session_finished', false, true]);
  assert.ok(
    pageErrors.every((text) => text.includes('Failed to load resource')),
    pageErrors.join('\n'),
  );
});

test('errors are typed, and a signal ends everything', async (t) => {
  const { page, service } = await openSessionPage(t, { scenario: null });
  const seen = await page.evaluate(async (api) => {
    const { codeOf, open } = globalThis;
    const other = { sessionUrl: undefined };
    const unknown = await codeOf(open({ ...other, token: 'no-such-token', apiUrl: `${api}h5` }));
    const invalid = [
      await codeOf(open({ sessionUrl: 'ftp://liveness.example/?token=t' })),
      await codeOf(open({ sessionUrl: 'https://liveness.example/h5/' })),
      await codeOf(open({ ...other, token: 't' })),
      await codeOf(open(other)),
      await codeOf(open({ video: undefined })),
      await codeOf(open({ frames: [] })),
    ];
    const abort = new AbortController();
    const opening = codeOf(open({ signal: abort.signal }));
    abort.abort();
    const aborted = await opening;
    MediaDevices.prototype.getUserMedia = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
    await open();
    const denied = await codeOf(globalThis.capture.start());
    await globalThis.capture.destroy();
    return { unknown, invalid, aborted, denied, after: await codeOf(globalThis.capture.submit()) };
  }, service.url);
  assert.deepEqual([seen.unknown.code, seen.unknown.cause], ['session_unknown', 'IAM_FAILED']);
  for (const { code } of seen.invalid) assert.equal(code, 'invalid_options');
  assert.equal(seen.aborted.code, 'cancelled');
  assert.equal(seen.denied.code, 'permission_denied');
  assert.equal(seen.after.code, 'permission_denied');
});

test('another device continues by the link, once the numbers were compared', async (t) => {
  const { page, service } = await openSessionPage(t, { scenario: null, settings: { crossDevice: 'offer' } });
  await page.evaluate(async () => {
    globalThis.steps = [];
    await globalThis.open();
    globalThis.ended = (async () => {
      for await (const step of globalThis.capture.handoff()) globalThis.steps.push(step);
      return globalThis.capture.session.state;
    })();
  });
  const stage = async (name) => {
    await page.waitForFunction((name) => globalThis.steps.at(-1)?.stage === name, name);
    return page.evaluate(() => JSON.parse(JSON.stringify(globalThis.steps.at(-1))));
  };
  const { url, expiresAt } = await stage('link');
  assert.ok(expiresAt > Date.now());
  const link = new URL(url).hash.replace('#handoff=', '');
  const claimed = await post(`${service.url}h5/api/v1/handoff/claim`, {}, { link, deviceId: 'a-second-device' });
  const { number } = await stage('compare');
  assert.equal(number, claimed.handoff.number);
  await page.evaluate(() => globalThis.steps.at(-1).confirm());
  await stage('started');
  await page.evaluate(() => globalThis.steps.at(-1).back());
  assert.equal(await page.evaluate(() => globalThis.ended), 'open', 'this device may continue');
});

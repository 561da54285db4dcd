// The examples of the package's README run unchanged, except for the service's address.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PACKAGE } from '../../scripts/build/package.mjs';
import { address, wholeVideo } from '../testkit/page/capture.mjs';
import { SHOP } from '../testkit/page/journey.mjs';
import { pictures } from '../testkit/service/pictures.mjs';
import { openShop } from './lib/open.mjs';

const readme = readFileSync(join(PACKAGE, 'README.md'), 'utf8');
const SESSION = 'https://liveness.example/h5/?token=…';

/** The first example in a language under a heading. */
function example(heading, kind) {
  const [section] = readme.split(`\n## ${heading}\n`)[1].split('\n## ');
  return section.match(new RegExp(`^\`\`\`${kind}\\n(.*?)^\`\`\`$`, 'ms'))[1];
}

/** Serves an example as a module, and records its console output. */
async function serveExample(page, code) {
  const logged = [];
  page.on('console', (message) => message.type() === 'log' && logged.push(message.text()));
  await page.route('**/example.js*', (route) => route.fulfill({ contentType: 'text/javascript', body: code }));
  return logged;
}

test('the element', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  const logged = await serveExample(page, example('The element', 'js'));
  const html = example('The element', 'html').replace(SESSION, session.url);
  await page.evaluate(
    async ([html, constraints]) => {
      document.body.innerHTML = html;
      document.querySelector('nearfar-liveness').setAttribute('constraints', constraints);
      await import('/example.js');
    },
    [html, JSON.stringify(wholeVideo('portrait'))],
  );
  await page.getByRole('button', { name: 'Start camera' }).click();
  await page.getByRole('heading', { name: 'You’re all set' }).waitFor();
  assert.match(logged.join(), new RegExp(`^${session.signatureId} true \\d+$`));
});

/** Uncropped video, although the examples request landscape. */
const showWholeVideo = (page) =>
  page.evaluate((constraints) => {
    const getUserMedia = MediaDevices.prototype.getUserMedia;
    MediaDevices.prototype.getUserMedia = function () {
      return getUserMedia.call(this, { video: constraints });
    };
  }, wholeVideo('portrait'));

test('your own interface', async (t) => {
  const { page, session } = await openShop(t, { needsService: true });
  await serveExample(page, example('Your own interface', 'js'));
  await showWholeVideo(page);
  const { verdict, hints } = await page.evaluate(async (sessionUrl) => {
    const { check } = await import('/example.js');
    const video = document.createElement('video');
    video.style.cssText = 'display: block; width: 450px; height: 800px; object-fit: cover';
    const hint = document.createElement('p');
    document.body.append(video, hint);
    const hints = [];
    new MutationObserver(() => hints.push(hint.textContent)).observe(hint, { childList: true });
    return { verdict: await check(video, hint, sessionUrl), hints };
  }, session.url);
  assert.deepEqual([verdict.passed, verdict.over], [true, true]);
  assert.ok(hints.includes('keep_still') && hints.includes('100 %'), hints.join());
});

test('another device', async (t) => {
  const settings = { crossDevice: 'offer' };
  const { page, session } = await openShop(t, { needsService: true, scenario: null, settings });
  const examples = readme.split('\n## Your own interface\n')[1].matchAll(/^```js\n(.*?)^```$/gms);
  await serveExample(page, [...examples][1][1]);
  const [stage, state] = await page.evaluate(async (sessionUrl) => {
    const { createCapture } = await import('nearfar');
    const { continueElsewhere } = await import('/example.js');
    const capture = await createCapture({ video: document.createElement('video'), sessionUrl });
    let stage = '';
    const state = await continueElsewhere(capture, (step) => {
      stage = step.stage;
      step.back();
    });
    await capture.destroy();
    return [stage, state];
  }, session.url);
  assert.deepEqual([stage, state], ['link', 'open']);
});

test('pictures only', async (t) => {
  const { page } = await openShop(t);
  await serveExample(page, example('Pictures only', 'js'));
  await showWholeVideo(page);
  const seen = await page.evaluate(async () => {
    const { capture } = await import('/example.js');
    const video = document.createElement('video');
    video.style.cssText = 'width: 450px; height: 800px; object-fit: cover';
    const hint = document.createElement('p');
    document.body.append(video, hint);
    const [far, near] = await capture(video, hint);
    return { far: [...far.slice(0, 2)], near: [...near.slice(0, 2)], hint: hint.textContent };
  });
  assert.deepEqual(
    [seen.far, seen.near],
    [
      [0xff, 0xd8],
      [0xff, 0xd8],
    ],
  );
  assert.match(seen.hint, /^[a-z_]+$/);
});

test('the detector', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  await serveExample(page, example('The detector', 'js'));
  const { far } = await pictures();
  const found = await page.evaluate(
    async (bytes) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const { eyes } = await import('/example.js');
      return { width: picture.width, faces: await eyes(picture) };
    },
    [...far],
  );
  assert.equal(found.faces.length, 1);
  const [[right, left]] = found.faces;
  assert.ok(right.x > 0 && right.x < left.x && left.x < found.width, `${right.x} ${left.x}`);
});

test('the hosted page in a frame', async (t) => {
  const tokenRequest = { returnUrl: `${SHOP}?isLivenessIframe=true` };
  const { page, session } = await openShop(t, { needsService: true, tokenRequest, framed: true });
  const logged = await serveExample(page, example('The hosted page in a frame', 'js'));
  const url = address(session.url, { language: 'en', constraints: wholeVideo('portrait') });
  await page.evaluate(async (url) => {
    const { check } = await import('/example.js');
    check(document.body, url);
  }, url);
  const frame = page.frameLocator('iframe');
  await frame.getByRole('button', { name: 'Start camera' }).click();
  const passed = page.waitForEvent('console', (message) => message.text() === `passed ${session.signatureId}`);
  await frame.getByRole('button', { name: 'Continue' }).click();
  await passed;
  assert.equal(logged.length, 1);
});

test('what this browser can do', async (t) => {
  const { page } = await openShop(t, { scenario: null });
  const logged = await serveExample(page, example('What this browser can do', 'js'));
  await page.evaluate(async () => {
    await import('/example.js?with');
  });
  assert.deepEqual(logged, []);
  const written = page.waitForEvent('console');
  await page.evaluate(async () => {
    Reflect.deleteProperty(Navigator.prototype, 'mediaDevices');
    await import('/example.js?without');
  });
  const [missing] = await (await written).args()[0].jsonValue();
  assert.equal(missing.test, 'camera_api');
});

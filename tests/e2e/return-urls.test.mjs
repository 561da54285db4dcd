// Where the page sends the person at the end: web addresses with fragments, and apps. The captures are not the page's:
// they are sent by API, and a sandbox account chooses their verdicts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import { address } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';
import { sendAttempt, startAttempt } from '../testkit/service/attempt.mjs';

const APP = 'myapp://done?x=1#/end';

/** A session that is over, and its page, not yet opened. */
async function finishedJourney(t, tokenRequest, settings = {}) {
  const journey = await openJourney(t, {
    scenario: null,
    tokenRequest,
    settings: { ...settings, systemCamera: true },
    options: { language: 'en' },
  });
  const { service, session, page, result } = journey;
  // As from the device's own camera app: of other pictures the service accepts only those of the engine's encoder.
  const picture = await createCanvas(320, 320).encode('jpeg', 85);
  const files = { far: picture, near: picture };
  const attempt = await startAttempt(service.url, session, files);
  attempt.manifest.cameraType = 'SYSTEM_CAMERA';
  const { code, extra } = await sendAttempt(service.url, session.headers, attempt, files);
  assert.equal(code, 'SUCCESS', extra);
  const scored = () => result().then(Boolean, (error) => !error.message.includes('LIVENESS_NO_RESULT'));
  while (!(await scored())) await page.waitForTimeout(100);
  return journey;
}

/** Runs in every frame: keeps the addresses of navigations. A browser without the app does not follow the one to it. */
function recordNavigations() {
  globalThis.navigations = [];
  const { navigation } = /** @type {any} */ (globalThis);
  navigation.addEventListener('navigate', ({ destination }) => globalThis.navigations.push(destination.url));
}

const toApp = (frame) => frame.evaluate(() => globalThis.navigations.filter((url) => url.startsWith('myapp:')));

for (const [outcome, sandbox] of [
  ['success', ['SUCCESS']],
  ['failure', ['FACE_OCCLUDED']],
])
  test(`after a ${outcome} the person returns to an address with its query and fragment`, async (t) => {
    const urls = { success: `${SHOP}?lang=de#/done?id=1&next=%2Fhome`, failure: `${SHOP}#/failed?id=1` };
    const tokenRequest = { returnUrl: urls.success, failedReturnUrl: urls.failure, sandbox };
    const { page, open, button } = await finishedJourney(t, tokenRequest);
    await open();
    await button('Continue').click();
    await page.waitForURL(urls[outcome]);
    assert.equal(page.url(), urls[outcome]);
  });

test('an app opens at the end, and once more from the page that stays behind it', async (t) => {
  const settings = { allowedReturnSchemes: ['myapp'] };
  const { page, open, button, heading } = await finishedJourney(t, { returnUrl: APP, sandbox: ['SUCCESS'] }, settings);
  await page.addInitScript(recordNavigations);
  await open();
  await button('Continue').click();
  await heading('This check is finished').waitFor();
  assert.deepEqual(await toApp(page), [APP]);
  await button('Continue').click();
  await page.waitForFunction((url) => globalThis.navigations.filter((each) => each === url).length > 1, APP);
  assert.deepEqual(await toApp(page), [APP, APP]);
});

for (const flag of ['', '&isLivenessIframe=true'])
  test(`a framed page${flag ? ' in iframe mode' : ''} sends its message and opens no app`, async (t) => {
    let src = '';
    const parent = await serve({
      port: 0,
      before(request, response) {
        if (request.url !== '/shop') return false;
        const frame = `<iframe width="420" height="760" src="${src.replaceAll('&', '&amp;')}"></iframe>`;
        response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html><title>shop</title>${frame}`);
        return true;
      },
    });
    t.after(parent.close);
    const { origin } = new URL(parent.url);
    const settings = { allowedReturnSchemes: ['myapp'], frameAncestors: [origin], messageOrigins: [origin] };
    const tokenRequest = { returnUrl: `myapp://done?x=1${flag}`, sandbox: ['SUCCESS'] };
    const { page, session } = await finishedJourney(t, tokenRequest, settings);
    await page.addInitScript(recordNavigations);
    await page.addInitScript(() => {
      addEventListener('message', ({ data }) => {
        document.title = JSON.parse(data).info;
      });
    });
    src = address(session.url, { language: 'en' });
    await page.goto(`${parent.url}shop`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Continue' }).click();
    await frame.getByRole('heading', { name: 'This check is finished' }).waitFor();
    await page.waitForFunction(() => document.title === 'successNext');
    assert.equal(await frame.getByRole('button', { name: 'Continue' }).count(), 0);
    for (const each of page.frames()) assert.deepEqual(await toApp(each), []);
  });

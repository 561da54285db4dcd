// Where the page sends the person at the end: web addresses with fragments, and apps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';

const APP = 'myapp://done?x=1#/end';

/** Runs in every frame: keeps the addresses of navigations. A browser without the app does not follow the one to it. */
function recordNavigations() {
  globalThis.navigations = [];
  const { navigation } = /** @type {any} */ (globalThis);
  navigation.addEventListener('navigate', ({ destination }) => globalThis.navigations.push(destination.url));
}

const recorded = (frame) => frame.evaluate(() => globalThis.navigations);

for (const [outcome, sandbox] of [
  ['success', ['SUCCESS']],
  ['failure', ['FACE_OCCLUDED']],
])
  test(`after a ${outcome} the person returns to an address with its query and fragment`, async (t) => {
    const urls = { success: `${SHOP}?lang=de#/done?id=1&next=%2Fhome`, failure: `${SHOP}#/failed?id=1` };
    const tokenRequest = { returnUrl: urls.success, failedReturnUrl: urls.failure, sandbox };
    const { page, open, button } = await openJourney(t, { tokenRequest, options: { language: 'en' } });
    await open();
    await button('Start camera').click();
    await button('Continue').click();
    await page.waitForURL(urls[outcome]);
    assert.equal(page.url(), urls[outcome]);
  });

test('an app opens at the end, and once more from the page that stays behind it', async (t) => {
  const settings = { allowedReturnSchemes: ['myapp'] };
  const tokenRequest = { returnUrl: APP, sandbox: ['SUCCESS'] };
  const { page, open, button, heading, pageErrors } = await openJourney(t, {
    tokenRequest,
    settings,
    options: { language: 'en' },
  });
  await page.addInitScript(recordNavigations);
  await open();
  await button('Start camera').click();
  await button('Continue').click();
  await heading('This check is finished').waitFor();
  assert.deepEqual((await recorded(page)).slice(-1), [APP]);
  const before = (await recorded(page)).length;
  await button('Continue').click();
  await page.waitForFunction((count) => globalThis.navigations.length > count, before);
  assert.deepEqual((await recorded(page)).slice(-1), [APP]);
  assert.deepEqual(
    pageErrors.filter((text) => !text.includes("doesn't have a registered handler") && !text.includes(APP)),
    [],
  );
});

for (const flag of ['', '&isLivenessIframe=true'])
  test(`a framed page${flag ? ' in iframe mode' : ''} sends its message and opens no app`, async (t) => {
    let src = '';
    const parent = await serve({
      port: 0,
      before(request, response) {
        if (request.url !== '/shop') return false;
        const html = `<!doctype html><title>shop</title><iframe width="420" height="760" allow="camera" src="${src.replaceAll('&', '&amp;').replaceAll('"', '%22')}"></iframe>
          <script>addEventListener('message', ({ data }) => (document.title = JSON.parse(data).info));</script>`;
        response.writeHead(200, { 'Content-Type': 'text/html' }).end(html);
        return true;
      },
    });
    t.after(parent.close);
    const { origin } = new URL(parent.url);
    const settings = { allowedReturnSchemes: ['myapp'], frameAncestors: [origin], messageOrigins: [origin] };
    const tokenRequest = { returnUrl: `myapp://done?x=1${flag}`, sandbox: ['SUCCESS'] };
    const { page, session } = await openJourney(t, { tokenRequest, settings });
    await page.addInitScript(recordNavigations);
    src = address(session.url, { language: 'en', constraints: wholeVideo('portrait') });
    await page.goto(`${parent.url}shop`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Start camera' }).click();
    await frame.getByRole('button', { name: 'Continue' }).click();
    await frame.getByRole('heading', { name: 'This check is finished' }).waitFor();
    assert.equal(await page.title(), 'successNext');
    assert.equal(await frame.getByRole('button', { name: 'Continue' }).count(), 0);
    for (const each of page.frames()) {
      const opened = (await recorded(each)).filter((url) => url.startsWith('myapp:'));
      assert.deepEqual(opened, []);
    }
  });

// The journey of a session, from its URL to the return address, with the real service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { address, wholeVideo } from '../testkit/page/capture.mjs';
import { openJourney, SHOP } from '../testkit/page/journey.mjs';
import { serve } from '../testkit/page/serve.mjs';

/** Serves an integrator's page that frames the journey and records the messages. For the `before` option of `serve`. */
function serveParent(request, response) {
  if (!request.url.startsWith('/parent')) return false;
  const src = new URL(request.url, 'http://localhost').searchParams.get('src').replaceAll('"', '%22');
  response.writeHead(200, { 'Content-Type': 'text/html' });
  response.end(`<!doctype html><title>parent</title>
    <script>
      messages = [];
      addEventListener('message', ({ data, origin }) => messages.push({ data, origin }));
    </script>
    <iframe allow="autoplay; camera" width="450" height="800" src="${src.replaceAll('&', '&amp;')}"></iframe>`);
  return true;
}

test('a capture passes and the browser returns to the integrator', async (t) => {
  const { page, open, button, heading, result, requestUrls, pageErrors, service } = await openJourney(t);
  await open();
  await heading('Quick face check').waitFor();
  await button('Start camera').press('Enter');
  await heading('You’re all set').waitFor();
  await button('Continue').click();
  await page.waitForURL(SHOP);
  const { score, imageFar } = await result();
  assert.ok(score >= 50, `score ${score}`);
  assert.ok(imageFar.length > 1000);
  const foreign = requestUrls.filter(
    (url) => ![service.url, SHOP, 'blob:', 'data:'].some((own) => url.startsWith(own)),
  );
  assert.deepEqual(foreign, [], 'no request to any other host');
  assert.deepEqual(pageErrors, []);
});

test('the time runs out, and the person may try again', async (t) => {
  const config = { session: { stageLimit: 3_000 } };
  const { open, button, heading } = await openJourney(t, { scenario: 'too_far', options: { config } });
  await open();
  await button('Start camera').click();
  await heading('Time ran out').waitFor();
  await button('Try again').click();
  await heading('Time ran out').waitFor({ state: 'detached' });
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
});

test('the upload survives a broken connection, and the colours can be skipped', async (t) => {
  const settings = { lightChallenge: 'offered' };
  const { page, open, button, heading, result } = await openJourney(t, { settings });
  let broken = 0;
  await page.route('**/h5/api/v1/attempts/*', (route) => {
    broken += 1;
    return broken <= 2 ? route.abort('connectionreset') : route.continue();
  });
  await open();
  await page.getByText('your screen lights up in colors').waitFor();
  await button('Start camera').click();
  await button('Skip').press('Enter');
  await page
    .getByRole('main')
    .getByText(/Poor connection/)
    .waitFor();
  await heading('You’re all set').waitFor();
  assert.equal(broken, 3);
  assert.ok((await result()).score >= 50);
});

test('an invalid token, and a finished session', async (t) => {
  const { page, service, open, button, heading } = await openJourney(t);
  await page.goto(`${service.url}h5/?token=nonsense`);
  await heading('This link doesn’t work').waitFor();
  await open();
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  await open();
  // Opened again, the page shows the result.
  await heading('You’re all set').waitFor();
});

test('the camera is denied: the page says how to allow it', async (t) => {
  const { open, button, heading } = await openJourney(t, { chromium: { ask: 'deny' } });
  await open();
  await button('Start camera').click();
  await heading('Camera access is blocked').waitFor();
  await button('Reload page').waitFor();
});

test('an unanswered permission prompt is explained and can be cancelled', async (t) => {
  const { page, open, button, heading } = await openJourney(t);
  await page.addInitScript(() => {
    MediaDevices.prototype.getUserMedia = () => new Promise(() => undefined);
  });
  await open();
  await button('Start camera').click();
  await page.getByText('Your browser asks for permission').first().waitFor();
  await page.getByText('Don’t see a question?').first().waitFor();
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
});

test('texts and colours of the UI configuration', async (t) => {
  const ui = {
    locale: 'en',
    titleText: 'Shop check',
    mobileResultPage: {
      successDesc: 'You are you',
      livenessResultTextColor: '#123456',
      nextStepButtonText: 'Back to the shop',
      nextStepButtonBackgroundColor: '#fedcba',
      // Unreadable on its background, so it is ignored.
      nextStepButtonTextColor: '#fff',
      backgroundColor: '#eee',
      closeCountdownLogic: true,
    },
    mobileTipsPage: {
      title: 'Before we begin',
      buttonText: 'Go',
      tips: [{ text: 'No hats' }],
      backgroundColor: '#111',
    },
  };
  const styleOf = (locator, property) => locator.evaluate((element, name) => getComputedStyle(element)[name], property);
  const { page, open, button, heading, pageErrors } = await openJourney(t, { ui });
  await open({ language: 'en' });
  await heading('Before we begin').waitFor();
  assert.equal(await page.title(), 'Shop check');
  await page.getByText('No hats').waitFor();
  assert.equal(await styleOf(heading('Before we begin'), 'color'), 'rgb(255, 255, 255)', 'light text on dark');
  await button('Go').click();
  await heading('You are you').waitFor();
  assert.equal(await styleOf(heading('You are you'), 'color'), 'rgb(18, 52, 86)');
  assert.equal(await styleOf(button('Back to the shop'), 'backgroundColor'), 'rgb(254, 220, 186)');
  assert.equal(await styleOf(button('Back to the shop'), 'color'), 'rgb(20, 32, 43)');
  assert.equal(await styleOf(page.locator('section'), 'backgroundColor'), 'rgb(238, 238, 238)');
  assert.deepEqual(pageErrors, [], 'no violation of the policy');
});

test('in a frame, only the origins that the account names receive the result', async (t) => {
  const parent = await serve({ port: 0, before: serveParent });
  t.after(parent.close);
  const stranger = await serve({ port: 0, before: serveParent });
  t.after(stranger.close);
  const origins = [parent.url, stranger.url].map((url) => new URL(url).origin);
  const settings = { frameAncestors: origins, messageOrigins: origins.slice(0, 1) };
  const tokenRequest = { returnUrl: `${SHOP}?isLivenessIframe=true` };
  for (const [host, expected] of [
    [parent, 1],
    [stranger, 0],
  ]) {
    const { page, session } = await openJourney(t, { tokenRequest, settings });
    const query = new URLSearchParams({ src: address(session.url, { constraints: wholeVideo('portrait') }) });
    await page.goto(`${host.url}parent?${query}`);
    const frame = page.frameLocator('iframe');
    await frame.getByRole('button', { name: 'Start camera' }).click();
    await frame.getByRole('button', { name: 'Continue' }).click();
    await frame.getByRole('heading', { name: 'This check is finished' }).waitFor();
    const messages = await page.evaluate(() => globalThis.messages);
    assert.equal(messages.length, expected);
    if (expected) {
      assert.equal(JSON.parse(messages[0].data).info, 'successNext');
      assert.equal(messages[0].origin, new URL(session.url).origin);
    }
  }
});

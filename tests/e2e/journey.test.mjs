// The journey of a session's page, from its address to the way back, with the real service.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJourney, SHOP } from './lib/journey.mjs';

test('somebody who does what is asked passes, and is sent back', async (t) => {
  const { page, open, button, heading, result, asked, complaints, service } = await openJourney(t);
  await open();
  await heading('Let’s see your face').waitFor();
  await button('Start the camera').press('Enter');
  await heading('Done. Thank you!').waitFor({ timeout: 60_000 });
  await button('Continue').click();
  await page.waitForURL(SHOP);
  const { score, imageFar } = await result();
  assert.ok(score >= 50, `score ${score}`);
  assert.ok(imageFar.length > 1000);
  const foreign = asked.filter((url) => ![service.url, SHOP, 'blob:', 'data:'].some((own) => url.startsWith(own)));
  assert.deepEqual(foreign, [], 'no request to any other host');
  assert.deepEqual(complaints, []);
});

test('the time runs out, and the person may try again', async (t) => {
  const config = { session: { stageLimit: 3_000 } };
  const { open, button, heading } = await openJourney(t, { story: 'too_far', options: { config } });
  await open();
  await button('Start the camera').click();
  await heading('Time is up').waitFor({ timeout: 60_000 });
  await button('Try again').click();
  await heading('Time is up').waitFor({ state: 'detached' });
  await button('Cancel').click();
  await heading('Let’s see your face').waitFor();
});

test('the upload survives a connection that breaks', async (t) => {
  const { page, open, button, heading, result } = await openJourney(t);
  let broken = 0;
  await page.route('**/h5/api/v1/attempts/*', (route) => {
    broken += 1;
    return broken <= 2 ? route.abort('connectionreset') : route.continue();
  });
  await open();
  await button('Start the camera').click();
  await page.getByText(/The connection is bad/).waitFor({ timeout: 60_000 });
  await heading('Done. Thank you!').waitFor({ timeout: 60_000 });
  assert.equal(broken, 3);
  assert.ok((await result()).score >= 50);
});

test('a token that is none, and one whose session is over', async (t) => {
  const { page, service, open, button, heading } = await openJourney(t);
  await page.goto(`${service.url}h5/?token=nonsense`);
  await heading('This link does not work').waitFor();
  await open();
  await button('Start the camera').click();
  await heading('Done. Thank you!').waitFor({ timeout: 60_000 });
  await open();
  // Opened again, the page tells how it ended.
  await heading('Done. Thank you!').waitFor();
});

test('the camera is refused: the page says how to allow it', async (t) => {
  const { open, button, heading } = await openJourney(t, { chromium: { ask: 'deny' } });
  await open();
  await button('Start the camera').click();
  await heading('The camera is blocked').waitFor();
  await button('Reload the page').waitFor();
});

test('words and colours of the configuration', async (t) => {
  const ui = {
    locale: 'en',
    titleText: 'Shop check',
    mobileResultPage: { successDesc: 'You are you', nextStepButtonText: 'Back to the shop', closeCountdownLogic: true },
    mobileTipsPage: { title: 'Before we begin', buttonText: 'Go', tips: [{ text: 'No hats' }] },
  };
  const { page, open, button, heading } = await openJourney(t, { ui });
  await open({ language: 'en' });
  await heading('Before we begin').waitFor();
  assert.equal(await page.title(), 'Shop check');
  await page.getByText('No hats').waitFor();
  await button('Go').click();
  await heading('You are you').waitFor({ timeout: 60_000 });
  await button('Back to the shop').waitFor();
});

// Responses of proxies and captive portals between page and service: no capture is lost.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureCount, openJourney } from '../testkit/page/journey.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';
const html = (status, more = {}) => ({
  status,
  headers: { 'content-type': 'text/html', ...more },
  body: '<!doctype html><title>Sign in</title><form><input name="user"></form>',
});

/** The page's message for a response. */
function messageFor({ status }) {
  const isBusy = status === 429 || status >= 500;
  return isBusy
    ? /The service is busy\. Trying again in/
    : /Your network is blocking the connection\..*Trying again in/;
}

/** Responses that do not come from the service, in this order. */
const FOREIGN = [
  html(429),
  html(403),
  html(502, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
  html(413),
  html(200),
  { status: 200, body: '' },
  { status: 403, json: { message: 'Forbidden' } },
  html(503, { 'retry-after': 'soon' }),
  html(503, { 'retry-after': '-1' }),
  html(503, { 'retry-after': '9'.repeat(400) }),
  html(503, { 'retry-after': 'Fri, 31 Dec 2049 23:59:59 GMT' }),
  // A captive portal: the page cannot read the redirect's target.
  { status: 302, headers: { location: 'https://login.example/' } },
];

/**
 * Runs in the page: records the text of each wait and presses "Try now" as soon as it renders. The page retries by
 * itself a second later, which is too short for a test on a busy machine. `nextWait` returns the last wait and prepares
 * for the next.
 */
function pressTryNow() {
  const roots = [];
  let wait = { text: '', presses: 0 };
  const check = () => {
    for (const root of roots) {
      const text = root.querySelector('main')?.textContent ?? '';
      const button = [...root.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Try now');
      if (wait.presses > 0 || !button || !text.includes('Trying again in')) continue;
      wait = { text, presses: 1 };
      button.click();
    }
  };
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (...given) {
    const root = attachShadow.apply(this, given);
    roots.push(root);
    new MutationObserver(check).observe(root, { subtree: true, childList: true, characterData: true });
    return root;
  };
  globalThis.nextWait = () => {
    const before = wait;
    wait = { text: '', presses: 0 };
    return before;
  };
}

test('a dozen foreign responses to the upload cost no capture: the pictures are kept, and "Try now" sends them', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  const foreign = [...FOREIGN];
  const bodies = [];
  const waits = [];
  await page.addInitScript(pressTryNow);
  await page.route('https://login.example/**', (route) => route.fulfill(html(200)));
  // During the captive portal, status requests are redirected too.
  await page.route('**/h5/api/v1/status', (route) =>
    foreign.length === 0 && bodies.length <= FOREIGN.length ? route.fulfill(FOREIGN.at(-1)) : route.continue(),
  );
  await page.route(UPLOAD, async (route) => {
    bodies.push(route.request().postDataBuffer());
    waits.push(await page.evaluate(() => globalThis.nextWait()));
    const answer = foreign.shift();
    await (answer ? route.fulfill(answer) : route.continue());
  });
  await open();
  await button('Start camera').click();
  await heading('You’re all set').waitFor({ timeout: 100_000 });
  assert.equal(bodies.length, FOREIGN.length + 1, 'one request for each answer');
  assert.ok(bodies.every((body) => body.equals(bodies[0])));
  const [before, ...after] = waits;
  assert.equal(before.presses, 0);
  for (const [index, { text, presses }] of after.entries()) {
    assert.match(text, messageFor(FOREIGN[index]), `answer ${index + 1}`);
    assert.match(text, /Your photos are safe\./);
    assert.equal(presses, 1);
  }
  assert.equal(captureCount(journey), 1);
  assert.ok((await result()).score >= 50);
});

test('cancelling the upload leads back to the tips, and a new start works', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading } = journey;
  let isForeign = true;
  await page.route(UPLOAD, (route) => (isForeign ? route.fulfill(html(403)) : route.continue()));
  await open();
  await button('Start camera').click();
  await button('Try now').waitFor();
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
  isForeign = false;
  await button('Start camera').click();
  await heading('You’re all set').waitFor();
  assert.equal(captureCount(journey), 2);
});

test('a refusal by the service itself is final', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { options: { language: 'en' } });
  const refusal = { code: 'CLIENT_ERROR', message: 'HTTP 413 - Payload Too Large', data: null, transactionId: 'one' };
  await page.route(UPLOAD, (route) => route.fulfill({ status: 413, json: refusal }));
  await open();
  await button('Start camera').click();
  await heading('Something went wrong').waitFor();
  await page.getByText('Details').click();
  await page.getByText('Error code: CLIENT_ERROR').waitFor();
});

test('foreign responses to the session request are retried too', async (t) => {
  const { page, open, heading } = await openJourney(t, { scenario: null, options: { language: 'en' } });
  const foreign = FOREIGN.slice(0, 4);
  const waits = [];
  await page.addInitScript(pressTryNow);
  await page.route(/\/h5\/api\/v1\/session(\?|$)/, async (route) => {
    waits.push(await page.evaluate(() => globalThis.nextWait()));
    const answer = foreign.shift();
    await (answer ? route.fulfill(answer) : route.continue());
  });
  await open();
  await heading('Quick face check').waitFor({ timeout: 60_000 });
  const [, ...after] = waits;
  assert.equal(after.length, 4);
  for (const [index, { text, presses }] of after.entries()) {
    assert.match(text, messageFor(FOREIGN[index]), `answer ${index + 1}`);
    assert.ok(!text.includes('pictures'));
    assert.equal(presses, 1);
  }
});

test('a start that is cancelled during a wait: its request continues in the background, and the next start waits for it', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { scenario: null, options: { language: 'en' } });
  let isForeign = true;
  const requests = [];
  await page.route(/\/h5\/api\/v1\/attempts$/, (route) => {
    requests.push({ id: route.request().postDataJSON().attemptId, isForeign });
    return isForeign ? route.fulfill(html(403)) : route.continue();
  });
  await open();
  await button('Start camera').click();
  await button('Try now').waitFor();
  await button('Cancel').click();
  await heading('Quick face check').waitFor();
  isForeign = false;
  await button('Start camera').click();
  await page.locator('.oval').waitFor({ timeout: 60_000 });
  const [first, second, ...none] = [...new Set(requests.map(({ id }) => id))];
  assert.ok(second);
  assert.deepEqual(none, []);
  const good = requests.filter(({ isForeign }) => !isForeign).map(({ id }) => id);
  assert.deepEqual(good, [first, second], 'sequentially');
});

// What stands between page and service, and answers in its place: nothing that was captured is lost by it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { captureCount, openJourney } from '../testkit/page/journey.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';
const html = (status, more = {}) => ({
  status,
  headers: { 'content-type': 'text/html', ...more },
  body: '<!doctype html><title>Sign in</title><form><input name="user"></form>',
});

/** What the page says of an answer. */
function wordsFor({ status }) {
  const isBusy = status === 429 || status >= 500;
  return isBusy
    ? /The server is busy\. Trying again in/
    : /Your network answered instead of our service\..*Trying again in/;
}

/** Answers of a service that is not there, in the order in which they come. */
const ODD = [
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
  // A network that wants people to sign in: the page cannot even read where it is sent.
  { status: 302, headers: { location: 'https://login.example/' } },
];

/**
 * In the page: notes what a wait says, and presses "Try now" with it. At the moment that it is drawn, for the page goes on
 * by itself a second later, and a busy machine can take longer than that to tell a test. `nextWait` gives the one that
 * is over, and makes ready for another one.
 */
function pressTryNow() {
  const roots = [];
  let wait = { said: '', presses: 0 };
  const look = () => {
    for (const root of roots) {
      const said = root.querySelector('main')?.textContent ?? '';
      const button = [...root.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Try now');
      if (wait.presses > 0 || !button || !said.includes('Trying again in')) continue;
      wait = { said, presses: 1 };
      button.click();
    }
  };
  const { attachShadow } = Element.prototype;
  Element.prototype.attachShadow = function (...given) {
    const root = attachShadow.apply(this, given);
    roots.push(root);
    new MutationObserver(look).observe(root, { subtree: true, childList: true, characterData: true });
    return root;
  };
  globalThis.nextWait = () => {
    const before = wait;
    wait = { said: '', presses: 0 };
    return before;
  };
}

test('a dozen odd answers to the pictures cost patience and no capture: they are kept, and "Try now" sends them', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  const odd = [...ODD];
  const bodies = [];
  const waits = [];
  await page.addInitScript(pressTryNow);
  await page.route('https://login.example/**', (route) => route.fulfill(html(200)));
  // With the pictures' own request everything else is sent to the sign-in page.
  await page.route('**/h5/api/v1/status', (route) =>
    odd.length === 0 && bodies.length <= ODD.length ? route.fulfill(ODD.at(-1)) : route.continue(),
  );
  await page.route(UPLOAD, async (route) => {
    bodies.push(route.request().postDataBuffer());
    waits.push(await page.evaluate(() => globalThis.nextWait()));
    const answer = odd.shift();
    await (answer ? route.fulfill(answer) : route.continue());
  });
  await open();
  await button('Start the camera').click();
  await heading('Done. Thank you!').waitFor({ timeout: 100_000 });
  assert.equal(bodies.length, ODD.length + 1, 'one request for each answer');
  assert.ok(bodies.every((body) => body.equals(bodies[0])));
  const [before, ...after] = waits;
  assert.equal(before.presses, 0);
  for (const [index, { said, presses }] of after.entries()) {
    assert.match(said, wordsFor(ODD[index]), `answer ${index + 1}`);
    assert.match(said, /Your pictures are kept\./);
    assert.equal(presses, 1);
  }
  assert.equal(captureCount(journey), 1);
  assert.ok((await result()).score >= 50);
});

test('whoever gives up goes back to the tips, and may begin anew', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading } = journey;
  let odd = true;
  await page.route(UPLOAD, (route) => (odd ? route.fulfill(html(403)) : route.continue()));
  await open();
  await button('Start the camera').click();
  await button('Try now').waitFor();
  await button('Cancel').click();
  await heading('Let’s see your face').waitFor();
  odd = false;
  await button('Start the camera').click();
  await heading('Done. Thank you!').waitFor();
  assert.equal(captureCount(journey), 2);
});

test('what the service itself refuses stays refused', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { options: { language: 'en' } });
  const refusal = { code: 'CLIENT_ERROR', message: 'HTTP 413 - Payload Too Large', data: null, transactionId: 'one' };
  await page.route(UPLOAD, (route) => route.fulfill({ status: 413, json: refusal }));
  await open();
  await button('Start the camera').click();
  await heading('Something went wrong').waitFor();
  await page.getByText('Code: CLIENT_ERROR').waitFor();
});

test('before there is anything to lose, odd answers to the session and to a start are waited for too', async (t) => {
  const { page, open, heading } = await openJourney(t, { scenario: null, options: { language: 'en' } });
  const odd = ODD.slice(0, 4);
  const waits = [];
  await page.addInitScript(pressTryNow);
  await page.route(/\/h5\/api\/v1\/session(\?|$)/, async (route) => {
    waits.push(await page.evaluate(() => globalThis.nextWait()));
    const answer = odd.shift();
    await (answer ? route.fulfill(answer) : route.continue());
  });
  await open();
  await heading('Let’s see your face').waitFor({ timeout: 60_000 });
  const [, ...after] = waits;
  assert.equal(after.length, 4);
  for (const [index, { said, presses }] of after.entries()) {
    assert.match(said, wordsFor(ODD[index]), `answer ${index + 1}`);
    assert.ok(!said.includes('pictures'));
    assert.equal(presses, 1);
  }
});

test('a start that is given up while it waits: what was asked goes on unseen, and the next start waits for it', async (t) => {
  const { page, open, button, heading } = await openJourney(t, { scenario: null, options: { language: 'en' } });
  let isOdd = true;
  const asked = [];
  await page.route(/\/h5\/api\/v1\/attempts$/, (route) => {
    asked.push({ id: route.request().postDataJSON().attemptId, isOdd });
    return isOdd ? route.fulfill(html(403)) : route.continue();
  });
  await open();
  await button('Start the camera').click();
  await button('Try now').waitFor();
  await button('Cancel').click();
  await heading('Let’s see your face').waitFor();
  isOdd = false;
  await button('Start the camera').click();
  await page.locator('.oval').waitFor({ timeout: 60_000 });
  const [first, second, ...none] = [...new Set(asked.map(({ id }) => id))];
  assert.ok(second);
  assert.deepEqual(none, []);
  const good = asked.filter(({ isOdd }) => !isOdd).map(({ id }) => id);
  assert.deepEqual(good, [first, second], 'one after the other');
});

// What stands between page and service, and answers in its place: nothing that was captured is lost by it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJourney } from './lib/journey.mjs';

const UPLOAD = '**/h5/api/v1/attempts/*';
const html = (status, more = {}) => ({
  status,
  headers: { 'content-type': 'text/html', ...more },
  body: '<!doctype html><title>Sign in</title><form><input name="user"></form>',
});

/** How often the page has asked for a nonce, which every capture needs. */
const captures = ({ asked, service }) => asked.filter((url) => url === `${service.url}h5/api/v1/attempts`).length;

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

test('a dozen odd answers to the pictures cost patience and no capture: they are kept, and "Try now" sends them', async (t) => {
  const journey = await openJourney(t, { options: { language: 'en' } });
  const { page, open, button, heading, result } = journey;
  const odd = [...ODD];
  const bodies = [];
  let answered = () => undefined;
  await page.route('https://login.example/**', (route) => route.fulfill(html(200)));
  // With the pictures' own request everything else is sent to the sign-in page.
  await page.route('**/h5/api/v1/status', (route) =>
    odd.length === 0 && bodies.length <= ODD.length ? route.fulfill(ODD.at(-1)) : route.continue(),
  );
  await page.route(UPLOAD, async (route) => {
    bodies.push(route.request().postDataBuffer());
    const answer = odd.shift();
    await (answer ? route.fulfill(answer) : route.continue());
    answered();
  });
  await open();
  await button('Start the camera').click();
  for (let times = 1; times <= ODD.length; times++) {
    await button('Try now').waitFor();
    const text = await page.getByRole('main').textContent();
    assert.match(text, wordsFor(ODD[times - 1]), `answer ${times}`);
    assert.match(text, /Your pictures are kept\./);
    assert.equal(bodies.length, times);
    const next = new Promise((done) => {
      answered = done;
    });
    await button('Try now').click();
    await next;
  }
  await heading('Done. Thank you!').waitFor();
  assert.equal(bodies.length, ODD.length + 1, 'one request for each answer');
  assert.ok(bodies.every((body) => body.equals(bodies[0])));
  assert.equal(captures(journey), 1);
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
  assert.equal(captures(journey), 2);
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
  const { page, open, button, heading } = await openJourney(t, { story: null, options: { language: 'en' } });
  const odd = { session: [...ODD.slice(0, 4)], attempts: [html(403)] };
  const asked = { session: 0, attempts: 0 };
  for (const name of ['session', 'attempts'])
    await page.route(new RegExp(`/h5/api/v1/${name}(\\?|$)`), (route) => {
      asked[name] += 1;
      const answer = odd[name].shift();
      return answer ? route.fulfill(answer) : route.continue();
    });
  await open();
  for (let times = 1; times <= 4; times++) {
    await page
      .getByRole('main')
      .getByText(wordsFor(ODD[times - 1]))
      .waitFor();
    assert.ok(!(await page.getByRole('main').textContent()).includes('pictures'));
    assert.equal(asked.session, times);
    const next = page.waitForRequest(/\/session\?/);
    await button('Try now').click();
    await next;
  }
  await heading('Let’s see your face').waitFor();
  await button('Start the camera').click();
  await button('Try now').waitFor();
  await button('Cancel').click();
  // What was asked goes on in the background, unseen, and the next start waits for it.
  await heading('Let’s see your face').waitFor();
  await button('Start the camera').click();
  await page.locator('.oval').waitFor();
  assert.deepEqual(asked, { session: 5, attempts: 3 });
});

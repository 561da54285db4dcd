// The page's back-off: what `Retry-After` can request, how pauses grow, and how many requests result.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { retryAfterSeconds, pauseAfterFailure, pauseAfterResponse, parseResponse, ServiceError, retry, nextStatus } =
  await pageModules('api/backoff.ts', 'api/response.ts', 'flow/delivery.ts');

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);
/** Values of `Retry-After`, and the seconds that they request. */
const HEADERS = [
  ['0', 0],
  [' 7 ', 7],
  ['120', 120],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37],
  ['Sun Nov  6 08:49:37 1994', 37],
  // A date in the past requests no pause; the minimum of one second applies later.
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  // Capped at two minutes.
  ['31536000', 120],
  ['Fri, 31 Dec 2049 23:59:59 GMT', 120],
  // Invalid values request nothing.
  ...[null, '', ' ', 'soon', '-5', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '9'.repeat(400), '7, 8', 'May 5'].map(
    (junk) => [junk, null],
  ),
  ['Sun, 99 Nov 1994 08:49:37 GMT', null],
];

for (const [header, seconds] of HEADERS)
  test(`Retry-After: ${String(header).slice(0, 40)} requests ${seconds} s`, () => {
    assert.equal(retryAfterSeconds(header, NOW), seconds);
  });

test('pauses double from one second to thirty, vary by a quarter, and last at least as long as requested', () => {
  const middle = Array.from({ length: 8 }, (_, failures) => pauseAfterFailure(failures, null, 0.5));
  assert.deepEqual(middle, [1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3, 30e3]);
  assert.deepEqual([pauseAfterFailure(3, 0, 0), pauseAfterFailure(3, 0, 1)], [6e3, 10e3]);
  assert.equal(pauseAfterFailure(0, 0, 0), 1e3, 'the minimum');
  assert.equal(pauseAfterFailure(0, 7, 1), 7e3);
  assert.equal(pauseAfterFailure(0, 1e9, 1), 120e3, 'the cap');
  for (const junk of [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -4])
    assert.equal(pauseAfterFailure(1, junk, 0.5), 2e3, String(junk));
  assert.ok(Number.isFinite(pauseAfterFailure(5000, null, 0.5)));
});

test('after an immediate response the next poll starts a second later, after a held one at once', () => {
  assert.deepEqual([0, 200, 1_000, 20_000, -5_000].map(pauseAfterResponse), [1_000, 800, 0, 0, 1_000]);
});

/** Mocks the page's clock, which the test advances, and a window for network and visibility events. */
function mockWindow(t) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW });
  t.mock.method(Math, 'random', () => 0.5);
  t.mock.method(performance, 'now', () => Date.now());
  t.mock.method(console, 'warn', () => undefined);
  const window = new EventTarget();
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  // Newer versions of Node define navigator.
  Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
  t.after(() => {
    for (const name of ['addEventListener', 'document', 'navigator']) delete globalThis[name];
  });
  const pass = async (ms) => {
    for (let passed = 0; passed < ms; passed += 100) {
      t.mock.timers.tick(100);
      await new Promise(setImmediate);
    }
  };
  return { pass, window };
}

/** Sends requests to a server that always fails, for `ms`, and records what the page shows. */
async function retryFor(t, response, ms) {
  const { pass, window } = mockWindow(t);
  const shown = [];
  const ended = new AbortController();
  let sent = 0;
  const request = async () => {
    sent += 1;
    return parseResponse({ text: '', retryAfter: null, now: Date.now(), ...response });
  };
  const running = retry(request, (progress) => shown.push(progress), ended.signal).catch((error) => error);
  await new Promise(setImmediate);
  await pass(ms);
  const end = () => {
    ended.abort();
    return running;
  };
  return { sent: () => sent, shown, pass, window, end };
}

/** Requests in the first minute: at 0, 1, 3, 7, 15, 31 s. */
const REQUESTS_PER_MINUTE = 6;

for (const retryAfter of [null, 'soon', '-1', 'NaN', '0', '9'.repeat(400), 'Sun, 06 Nov 1994 00:00:00 GMT'])
  test(`a minute of failures with Retry-After: ${String(retryAfter).slice(0, 30)} gives six requests`, async (t) => {
    for (const text of ['<h1>Sorry</h1>', '{"code":"SERVICE_BUSY","message":"later","data":null}']) {
      const { sent, end } = await retryFor(t, { status: 503, text, retryAfter }, 60_000);
      assert.equal(sent(), REQUESTS_PER_MINUTE, text);
      assert.equal((await end()).name, 'AbortError');
      t.mock.timers.reset();
      t.mock.reset();
    }
  });

test('an HTTP date in an hour gives a pause of two minutes, counted down in whole seconds', async (t) => {
  const retryAfter = 'Sun, 06 Nov 1994 09:49:00 GMT';
  const { sent, shown, pass, end } = await retryFor(t, { status: 429, retryAfter }, 119_000);
  assert.equal(sent(), 1);
  assert.ok(shown.every(({ seconds }) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 120));
  await pass(2_000);
  assert.equal(sent(), 2);
  await end();
});

test('network changes and repeated taps send at most one request a second', async (t) => {
  const { sent, shown, pass, window, end } = await retryFor(t, { status: 502 }, 31_100);
  assert.equal(sent(), REQUESTS_PER_MINUTE);
  for (let times = 0; times < 50; times++) {
    window.dispatchEvent(new Event('online'));
    shown.at(-1).retryNow();
    await pass(100);
  }
  assert.equal(sent(), REQUESTS_PER_MINUTE + 5);
  await end();
});

test('"Try now" sends a request at once, and a foreign response is retried without limit', async (t) => {
  const { sent, shown, pass, end } = await retryFor(t, { status: 403, text: '<h1>Forbidden</h1>' }, 40_000);
  assert.equal(sent(), REQUESTS_PER_MINUTE);
  shown.at(-1).retryNow();
  await pass(100);
  assert.equal(sent(), REQUESTS_PER_MINUTE + 1);
  assert.ok(shown.every(({ kind, why }) => kind === 'waiting' && why === 'foreign'));
  await end();
});

test('a cached status is requested once a second', async (t) => {
  const { pass } = mockWindow(t);
  const { signal } = new AbortController();
  let sent = 0;
  const service = {
    status: async () => {
      sent += 1;
      return { version: '1' };
    },
  };
  const poll = (async () => {
    while (sent < 5) await nextStatus(service, '1', () => undefined, signal);
  })();
  await pass(3_500);
  assert.equal(sent, 4);
  await pass(3_000);
  await poll;
});

const ofService = (code) => JSON.stringify({ code, message: 'HTTP', data: null });

for (const [what, response, code, retryAfter] of [
  ['a proxy’s page', { status: 403, text: '<h1>Forbidden</h1>' }, 'FOREIGN', 0],
  ['a captive portal', { status: 200, text: '<form>' }, 'FOREIGN', 0],
  ['an empty body', { status: 200, text: '' }, 'FOREIGN', 0],
  ['null', { status: 200, text: 'null' }, 'FOREIGN', 0],
  ['a JSON string', { status: 200, text: '"SUCCESS"' }, 'FOREIGN', 0],
  ['a gateway’s JSON', { status: 403, text: '{"message":"Forbidden"}' }, 'FOREIGN', 0],
  ['a gateway’s number', { status: 413, text: '{"code":413,"data":null}' }, 'FOREIGN', 0],
  ['429 without Retry-After', { status: 429, text: '' }, 'UNAVAILABLE', 0],
  ['the proxy of a service that is down', { status: 502, text: '<h1>Bad Gateway</h1>' }, 'UNAVAILABLE', 0],
  ['a rejection by the service', { status: 400, text: ofService('CLIENT_ERROR') }, 'CLIENT_ERROR', null],
  [
    'a rejection by the service with 200',
    { status: 200, text: ofService('ATTEMPT_CONFLICT') },
    'ATTEMPT_CONFLICT',
    null,
  ],
  ['the service’s 413', { status: 413, text: ofService('CLIENT_ERROR') }, 'CLIENT_ERROR', null],
  ['the service’s 408', { status: 408, text: ofService('CLIENT_ERROR') }, 'CLIENT_ERROR', 0],
  ['the service’s 500', { status: 500, text: ofService('ERROR') }, 'ERROR', 0],
  ['the service’s "later"', { status: 200, text: ofService('RETRY_LATER'), retryAfter: '10' }, 'RETRY_LATER', 10],
  [
    'the service’s "later" with an invalid header',
    { status: 200, text: ofService('RETRY_LATER'), retryAfter: 'soon' },
    'RETRY_LATER',
    0,
  ],
])
  test(`${what} is ${code} and ${retryAfter === null ? 'final' : 'retried'}`, () => {
    const read = () => parseResponse({ retryAfter: null, now: NOW, ...response });
    assert.throws(read, (error) => {
      assert.ok(error instanceof ServiceError);
      assert.deepEqual([error.code, error.retryAfter], [code, retryAfter]);
      return true;
    });
  });

test('a success has the service’s envelope', () => {
  const text = '{"code":"SUCCESS","message":"OK","data":{"a":1}}';
  assert.deepEqual(parseResponse({ status: 200, text, retryAfter: null, now: NOW }), { a: 1 });
});

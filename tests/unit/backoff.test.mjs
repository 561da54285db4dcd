// When the page asks again: what answers can ask for, how pauses grow, and how many requests come of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { retryAfterSeconds, pauseAfterFailure, pauseAfterResponse, parseResponse, ServiceError, retry, nextStatus } =
  await pageModules('api/backoff.ts', 'api/response.ts', 'flow/delivery.ts');

const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);
/** What `Retry-After` may hold, and the seconds that it asks for. */
const WISHES = [
  ['0', 0],
  [' 7 ', 7],
  ['120', 120],
  ['Sun, 06 Nov 1994 08:49:37 GMT', 37],
  ['Sunday, 06-Nov-94 08:49:37 GMT', 37],
  ['Sun Nov  6 08:49:37 1994', 37],
  // A date in the past: at once, which the floor makes a second.
  ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  // No longer than two minutes, whatever is asked for.
  ['31536000', 120],
  ['Fri, 31 Dec 2049 23:59:59 GMT', 120],
  // No wish at all.
  ...[null, '', ' ', 'soon', '-5', '1.5', '1e3', '0x10', 'NaN', 'Infinity', '9'.repeat(400), '7, 8', 'May 5'].map(
    (junk) => [junk, null],
  ),
  ['Sun, 99 Nov 1994 08:49:37 GMT', null],
];

for (const [header, seconds] of WISHES)
  test(`Retry-After: ${String(header).slice(0, 40)} asks for ${seconds} s`, () => {
    assert.equal(retryAfterSeconds(header, NOW), seconds);
  });

test('pauses double from one second to thirty, are moved by a quarter, and are no shorter than is asked for', () => {
  const middle = Array.from({ length: 8 }, (_, failures) => pauseAfterFailure(failures, null, 0.5));
  assert.deepEqual(middle, [1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3, 30e3]);
  assert.deepEqual([pauseAfterFailure(3, 0, 0), pauseAfterFailure(3, 0, 1)], [6e3, 10e3]);
  assert.equal(pauseAfterFailure(0, 0, 0), 1e3, 'the floor');
  assert.equal(pauseAfterFailure(0, 7, 1), 7e3);
  assert.equal(pauseAfterFailure(0, 1e9, 1), 120e3, 'the cap');
  for (const junk of [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, -4])
    assert.equal(pauseAfterFailure(1, junk, 0.5), 2e3, String(junk));
  assert.ok(Number.isFinite(pauseAfterFailure(5000, null, 0.5)));
});

test('a poll that is answered at once is followed by the next a second later, one that was held at once', () => {
  assert.deepEqual([0, 200, 1_000, 20_000, -5_000].map(pauseAfterResponse), [1_000, 800, 0, 0, 1_000]);
});

/** The page's clock, which the test moves, and a window that hears of the network and of its own return. */
function scene(t) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: NOW });
  t.mock.method(Math, 'random', () => 0.5);
  t.mock.method(performance, 'now', () => Date.now());
  t.mock.method(console, 'warn', () => undefined);
  const window = new EventTarget();
  globalThis.addEventListener = window.addEventListener.bind(window);
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  // Newer Nodes have one of their own.
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

/** Asks a server for so long that never succeeds, and tells what the page has shown. */
async function storm(t, answer, ms) {
  const { pass, window } = scene(t);
  const shown = [];
  const ended = new AbortController();
  let asked = 0;
  const ask = async () => {
    asked += 1;
    return parseResponse({ text: '', retryAfter: null, now: Date.now(), ...answer });
  };
  const running = retry(ask, (now) => shown.push(now), ended.signal).catch((error) => error);
  await new Promise(setImmediate);
  await pass(ms);
  const end = () => {
    ended.abort();
    return running;
  };
  return { asked: () => asked, shown, pass, window, end };
}

/** In the first minute: at 0, 1, 3, 7, 15, 31 s. */
const USUAL = 6;

for (const retryAfter of [null, 'soon', '-1', 'NaN', '0', '9'.repeat(400), 'Sun, 06 Nov 1994 00:00:00 GMT'])
  test(`a minute of answers with Retry-After: ${String(retryAfter).slice(0, 30)} is six requests`, async (t) => {
    for (const text of ['<h1>Sorry</h1>', '{"code":"SERVICE_BUSY","message":"later","data":null}']) {
      const { asked, end } = await storm(t, { status: 503, text, retryAfter }, 60_000);
      assert.equal(asked(), USUAL, text);
      assert.equal((await end()).name, 'AbortError');
      t.mock.timers.reset();
      t.mock.reset();
    }
  });

test('an HTTP date in an hour is a wait of two minutes, in seconds that a person can read', async (t) => {
  const retryAfter = 'Sun, 06 Nov 1994 09:49:00 GMT';
  const { asked, shown, pass, end } = await storm(t, { status: 429, retryAfter }, 119_000);
  assert.equal(asked(), 1);
  assert.ok(shown.every(({ seconds }) => Number.isInteger(seconds) && seconds >= 1 && seconds <= 120));
  await pass(2_000);
  assert.equal(asked(), 2);
  await end();
});

test('the network that comes and goes, and fingers in a hurry, ask no more often than once a second', async (t) => {
  const { asked, shown, pass, window, end } = await storm(t, { status: 502 }, 31_100);
  assert.equal(asked(), USUAL);
  for (let times = 0; times < 50; times++) {
    window.dispatchEvent(new Event('online'));
    shown.at(-1).retryNow();
    await pass(100);
  }
  assert.equal(asked(), USUAL + 5);
  await end();
});

test('"Try now" asks at once, and what is no answer of the service waits for ever', async (t) => {
  const { asked, shown, pass, end } = await storm(t, { status: 403, text: '<h1>Forbidden</h1>' }, 40_000);
  assert.equal(asked(), USUAL);
  shown.at(-1).retryNow();
  await pass(100);
  assert.equal(asked(), USUAL + 1);
  assert.ok(shown.every(({ kind, why }) => kind === 'waiting' && why === 'foreign'));
  await end();
});

test('a status that a proxy keeps is asked for once a second', async (t) => {
  const { pass } = scene(t);
  const { signal } = new AbortController();
  let asked = 0;
  const service = {
    status: async () => {
      asked += 1;
      return { version: '1' };
    },
  };
  const poll = (async () => {
    while (asked < 5) await nextStatus(service, '1', () => undefined, signal);
  })();
  await pass(3_500);
  assert.equal(asked, 4);
  await pass(3_000);
  await poll;
});

const own = (code) => JSON.stringify({ code, message: 'HTTP', data: null });

for (const [what, answer, code, retryAfter] of [
  ['a proxy’s page', { status: 403, text: '<h1>Forbidden</h1>' }, 'FOREIGN', 0],
  ['a sign-in page', { status: 200, text: '<form>' }, 'FOREIGN', 0],
  ['nothing', { status: 200, text: '' }, 'FOREIGN', 0],
  ['null', { status: 200, text: 'null' }, 'FOREIGN', 0],
  ['a text', { status: 200, text: '"SUCCESS"' }, 'FOREIGN', 0],
  ['a gateway’s JSON', { status: 403, text: '{"message":"Forbidden"}' }, 'FOREIGN', 0],
  ['a gateway’s number', { status: 413, text: '{"code":413,"data":null}' }, 'FOREIGN', 0],
  ['429 without a wish', { status: 429, text: '' }, 'UNAVAILABLE', 0],
  ['the proxy of a service that is away', { status: 502, text: '<h1>Bad Gateway</h1>' }, 'UNAVAILABLE', 0],
  ['the service’s refusal', { status: 400, text: own('CLIENT_ERROR') }, 'CLIENT_ERROR', null],
  ['the service’s refusal by 200', { status: 200, text: own('ATTEMPT_CONFLICT') }, 'ATTEMPT_CONFLICT', null],
  ['its 413', { status: 413, text: own('CLIENT_ERROR') }, 'CLIENT_ERROR', null],
  ['its 408', { status: 408, text: own('CLIENT_ERROR') }, 'CLIENT_ERROR', 0],
  ['its 500', { status: 500, text: own('ERROR') }, 'ERROR', 0],
  ['its "later"', { status: 200, text: own('RETRY_LATER'), retryAfter: '10' }, 'RETRY_LATER', 10],
  ['its "later" in junk', { status: 200, text: own('RETRY_LATER'), retryAfter: 'soon' }, 'RETRY_LATER', 0],
])
  test(`${what} is ${code}, ${retryAfter === null ? 'and final' : 'and passes'}`, () => {
    const read = () => parseResponse({ retryAfter: null, now: NOW, ...answer });
    assert.throws(read, (error) => {
      assert.ok(error instanceof ServiceError);
      assert.deepEqual([error.code, error.retryAfter], [code, retryAfter]);
      return true;
    });
  });

test('a success is the service’s, whatever the status says', () => {
  const text = '{"code":"SUCCESS","message":"OK","data":{"a":1}}';
  assert.deepEqual(parseResponse({ status: 200, text, retryAfter: null, now: NOW }), { a: 1 });
});

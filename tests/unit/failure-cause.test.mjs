// Requests without an answer that the page may read, told apart without a browser.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { ServiceClient } = await pageModules('api/client.ts');

const FOLDER = new URL('https://service.example/h5/');
const { fetch: real } = globalThis;
/** What was asked, as paths. */
let asked;
/** What answers. */
let answer;

beforeEach(() => {
  asked = [];
  globalThis.location = new URL('https://shop.example/');
  globalThis.fetch = (url, { signal, mode } = {}) => {
    asked.push(new URL(url).pathname);
    return answer({ path: new URL(url).pathname, signal, mode });
  };
});

after(() => {
  globalThis.fetch = real;
  delete globalThis.location;
  delete globalThis.XMLHttpRequest;
});

const lives = () => new Response('"live"');
const closed = () => Promise.reject(new TypeError('Failed to fetch'));
/** A service that lives, and whose API this page may not read. */
const unread = ({ path }) => (path === '/health/live' ? Promise.resolve(lives()) : closed());
const status = { code: 'SUCCESS', message: '', data: { version: 'a' }, transactionId: 'one' };

test('a wait that was cut short on purpose asks nothing more', async () => {
  const ending = new AbortController();
  answer = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('The wait is over.', 'AbortError')));
    });
  const wait = new ServiceClient(FOLDER, 'token').status('a', ending.signal);
  ending.abort();
  await assert.rejects(wait, { code: 'ENDED', retryAfter: 0 });
  assert.equal(asked.length, 1);
});

test('an upload that was cut short on purpose asks nothing', async () => {
  globalThis.XMLHttpRequest = class {
    upload = {};
    open() {}
    setRequestHeader() {}
    send() {}
    abort() {
      this.onabort();
      this.onloadend();
    }
  };
  answer = closed;
  const ending = new AbortController();
  const upload = new ServiceClient(FOLDER, 'token').upload('one', new Blob(['sealed']), () => undefined, ending.signal);
  ending.abort();
  await assert.rejects(upload, { code: 'ENDED', retryAfter: 0 });
  assert.deepEqual(asked, []);
});

test('an origin that was never let in is refused for good', async (t) => {
  t.mock.method(console, 'error', () => undefined);
  answer = unread;
  await assert.rejects(new ServiceClient(FOLDER, 'token').status(), { code: 'ORIGIN_REFUSED', retryAfter: null });
});

test('an origin that was let in before is kept from the answers by something on the way, which is waited for', async () => {
  const service = new ServiceClient(FOLDER, 'token');
  answer = () => Promise.resolve(Response.json(status));
  await service.status();
  answer = unread;
  await assert.rejects(service.status(), { code: 'FOREIGN', retryAfter: 0 });
});

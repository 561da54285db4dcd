// The causes of a request without a readable response, without a browser.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { ServiceClient } = await pageModules('api/client.ts');

const FOLDER = new URL('https://service.example/h5/');
const { fetch: real } = globalThis;
/** The paths of all requests. */
let requested;
/** Responds to requests. */
let respond;

beforeEach(() => {
  requested = [];
  globalThis.location = new URL('https://shop.example/');
  globalThis.fetch = (url, { signal, mode } = {}) => {
    requested.push(new URL(url).pathname);
    return respond({ path: new URL(url).pathname, signal, mode });
  };
});

after(() => {
  globalThis.fetch = real;
  delete globalThis.location;
  delete globalThis.XMLHttpRequest;
});

const live = () => new Response('"live"');
const refused = () => Promise.reject(new TypeError('Failed to fetch'));
/** A service that is up, but whose API this page may not read. */
const unreadable = ({ path }) => (path === '/health/live' ? Promise.resolve(live()) : refused());
const status = { code: 'SUCCESS', message: '', data: { version: 'a' }, transactionId: 'one' };

test('an aborted poll sends no more requests', async () => {
  const controller = new AbortController();
  respond = ({ signal }) =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(new DOMException('The wait is over.', 'AbortError')));
    });
  const wait = new ServiceClient(FOLDER, 'token').status('a', controller.signal);
  controller.abort();
  await assert.rejects(wait, { code: 'ENDED', retryAfter: 0 });
  assert.equal(requested.length, 1);
});

test('an aborted upload sends no requests', async () => {
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
  respond = refused;
  const controller = new AbortController();
  const upload = new ServiceClient(FOLDER, 'token').upload(
    'one',
    new Blob(['sealed']),
    () => undefined,
    controller.signal,
  );
  controller.abort();
  await assert.rejects(upload, { code: 'ENDED', retryAfter: 0 });
  assert.deepEqual(requested, []);
});

test('an origin that was never allowed is refused permanently', async (t) => {
  t.mock.method(console, 'error', () => undefined);
  respond = unreadable;
  await assert.rejects(new ServiceClient(FOLDER, 'token').status(), { code: 'ORIGIN_REFUSED', retryAfter: null });
});

test('for an origin that was allowed before, something in between is to blame, and the request is retried', async () => {
  const service = new ServiceClient(FOLDER, 'token');
  respond = () => Promise.resolve(Response.json(status));
  await service.status();
  respond = unreadable;
  await assert.rejects(service.status(), { code: 'FOREIGN', retryAfter: 0 });
});

// Creating workers, and the error codes when none runs, without a browser.

import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { WorkerFactory } = await pageModules('engine/worker-factory.ts');

const OPTIONS = { workerSrc: 'https://page.example/worker.js', timeoutMs: 20_000 };
const { fetch: real } = globalThis;
/** All workers that were created. */
let created;
/** The behaviour of a new worker. */
let begin;

beforeEach(() => {
  created = [];
  globalThis.location = new URL('https://page.example/');
  globalThis.Worker = class extends EventTarget {
    constructor() {
      super();
      created.push(this);
      begin(this);
    }
    postMessage() {}
    terminate() {
      this.isOver = true;
    }
  };
});

after(() => {
  globalThis.fetch = real;
  delete globalThis.Worker;
  delete globalThis.location;
});

const fails = (worker) => queueMicrotask(() => worker.onerror({ preventDefault() {}, message: 'no' }));
const runs = (worker) => queueMicrotask(() => worker.onmessage());
const hangs = () => undefined;
/** A request without a response. */
const pending = (_, { signal }) =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new DOMException('late', 'AbortError')));
  });

/** Advances the clock until `promise` is settled. */
async function advance(t, promise) {
  let isSettled = false;
  const settle = () => {
    isSettled = true;
  };
  promise.then(settle, settle);
  for (let turns = 0; turns < 50 && !isSettled; turns++) {
    await new Promise((done) => setImmediate(done));
    t.mock.timers.tick(OPTIONS.timeoutMs);
  }
  assert.ok(isSettled, 'it is still waiting');
  return promise;
}

for (const [name, worker, respond, code] of [
  ['forbidden, and the script loads', fails, () => Promise.resolve(new Response('')), 'worker_blocked'],
  ['the script does not exist', fails, () => Promise.resolve(new Response('', { status: 404 })), 'asset_load_failed'],
  ['a connection that hangs', fails, pending, 'asset_timeout'],
  ['a slow network', hangs, () => Promise.resolve(new Response('')), 'asset_timeout'],
])
  test(`no worker: ${name}`, async (t) => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    [begin, globalThis.fetch] = [worker, respond];
    await assert.rejects(advance(t, WorkerFactory.open(OPTIONS)), { code });
    assert.ok(created.every(({ isOver }) => isOver));
  });

test('a worker that fails before its first use is replaced', async () => {
  begin = runs;
  const factory = await WorkerFactory.open(OPTIONS);
  fails(created[0]);
  await null;
  begin = hangs;
  const worker = factory.spawn({}, {});
  assert.equal(worker, created[1]);
  assert.equal(created[0].isOver, true);
});

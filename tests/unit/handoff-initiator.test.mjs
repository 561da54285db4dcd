// The first device of a handoff: when it stops its requests and no longer changes the page.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { pageModule } from '../testkit/page/page-module.mjs';

const { HandoffInitiator } = await pageModule('flow/handoff-initiator.ts');

before(() => {
  const document = Object.assign(new EventTarget(), { hidden: false, visibilityState: 'visible' });
  Object.assign(globalThis, { document, addEventListener: () => undefined });
});

const link = (state) => ({ handoffId: 'link', state, expiresAt: Date.now() + 600_000, number: '42', claimId: 'claim' });
const status = (state, handoff) => ({ version: '1', state, handoff });

function deferred() {
  let resolve;
  const promise = new Promise((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** A wait that records its requests and what it shows. `answers`: the service's, by operation. */
function openWait(handoff, signal, answers = {}) {
  const requests = [];
  const shown = [];
  const answer = (name) => () => {
    requests.push(name);
    return answers[name];
  };
  const service = { handoff: answer('handoff'), status: answer('status'), confirm: answer('confirm') };
  const show = (step) => shown.push(step);
  const context = { service, show, renews: true, clockOffset: 0, language: 'en-US', signal };
  return { requests, shown, wait: new HandoffInitiator(context, status('open', handoff)) };
}

test('a person who left the page before the wait began: nothing is requested or shown', async () => {
  const opened = openWait(link('claimed'), AbortSignal.abort());
  assert.equal(await opened.wait.run(), null);
  const created = openWait(null, AbortSignal.abort());
  await assert.rejects(created.wait.run(), { name: 'AbortError' });
  for (const { requests, shown } of [opened, created]) assert.deepEqual([requests, shown], [[], []]);
});

test('once the page was left, its buttons request nothing', async () => {
  const page = new AbortController();
  const { wait, requests, shown } = openWait(link('claimed'), page.signal, { status: status('open', link('claimed')) });
  const waited = wait.run();
  page.abort();
  shown[0].createLink();
  assert.equal(await waited, null);
  await setImmediate();
  assert.deepEqual([requests, shown.length], [['status'], 1]);
});

test('an action that ends after the session shows nothing', async () => {
  const [over, confirmed] = [deferred(), deferred()];
  const answers = { status: over.promise, confirm: confirmed.promise };
  const { wait, requests, shown } = openWait(link('claimed'), new AbortController().signal, answers);
  const waited = wait.run();
  shown[0].confirm();
  over.resolve(status('succeeded', link('confirmed')));
  assert.equal((await waited).state, 'succeeded');
  confirmed.resolve(link('confirmed'));
  await setImmediate();
  assert.deepEqual([requests, shown.length], [['status', 'confirm'], 1]);
});

test('a clock that jumps ahead does not end new links, nor request one after the other', async () => {
  const end = new AbortController();
  const fresh = { ...link('waiting'), handoffId: 'new', expiresAt: Date.now() - 3_600_000 };
  const created = { url: 'https://liveness.example/h5/#link', handoff: fresh };
  const never = new Promise(() => undefined);
  const answers = { handoff: Promise.resolve(created), status: never };
  const { requests, shown, wait } = openWait(link('ended'), end.signal, answers);
  void wait.run();
  // A timer of 0 ms would fire meanwhile.
  await new Promise((done) => setTimeout(done, 50));
  end.abort();
  assert.deepEqual(requests, ['handoff', 'status']);
  assert.deepEqual([shown.length, shown[0]?.stage], [1, 'link']);
});

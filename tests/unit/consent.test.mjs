// Consent in a study: when the page asks, and where the answer goes.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { obtainConsent, paragraphs } = await pageModules('flow/consent.ts', 'ui/pages/paragraphs.ts');

const CONSENT = { state: 'asked', version: 'v1@00', text: 'Read this.', person: 'P07' };

/** A view whose person answers at once, and a service that records the answers. */
function createContext(agrees) {
  const shown = [];
  const sent = [];
  return {
    shown,
    sent,
    view: {
      show(page) {
        shown.push(page.name);
        if (agrees !== undefined) page.answer(agrees);
        return Promise.resolve();
      },
    },
    service: {
      async consent(version, agrees) {
        sent.push({ version, agrees });
        return { ...CONSENT, state: agrees ? 'agreed' : 'declined' };
      },
    },
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
}

test('a session without a study asks for no consent', async () => {
  const all = createContext(false);
  assert.equal(await obtainConsent({ consent: null }, { state: 'open' }, all), true);
  assert.deepEqual([all.shown, all.sent], [[], []]);
});

test('the page asks once, and only continues after consent', async () => {
  for (const agrees of [true, false]) {
    const all = createContext(agrees);
    const session = { consent: CONSENT };
    assert.equal(await obtainConsent(session, { state: 'open' }, all), agrees);
    assert.equal(await obtainConsent(session, { state: 'open' }, all), agrees);
    assert.deepEqual([all.shown, all.sent], [['consent'], [{ version: 'v1@00', agrees }]]);
  }
});

test('the page does not ask when no capture is possible', async () => {
  for (const state of ['judging', 'succeeded', 'failed', 'expired']) {
    const all = createContext(false);
    assert.equal(await obtainConsent({ consent: CONSENT }, { state }, all), true);
    assert.deepEqual(all.shown, []);
  }
  assert.equal(
    await obtainConsent({ consent: { ...CONSENT, state: 'declined' } }, { state: 'failed' }, createContext()),
    false,
  );
});

test('without an answer the page sends none', async () => {
  const end = new AbortController();
  const all = { ...createContext(), signal: end.signal };
  const asked = obtainConsent({ consent: CONSENT }, { state: 'open' }, all);
  end.abort();
  await assert.rejects(asked, { name: 'AbortError' });
  assert.deepEqual(all.sent, []);
});

test('blank lines separate paragraphs, and single line breaks stay', () => {
  assert.deepEqual(paragraphs('\r\nOne\r\ntwo.\r\n \r\n\r\nThree.\n'), ['One\ntwo.', 'Three.']);
});

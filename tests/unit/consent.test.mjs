// Consent before a capture of a study: when the page asks, and what becomes of the answer.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { obtainConsent, paragraphs } = await pageModules('flow/consent.ts', 'ui/paragraphs.ts');

const CONSENT = { state: 'asked', version: 'v1@00', text: 'Read this.', person: 'P07' };

/** A screen on which somebody answers at once, and a service that notes what it is told. */
function context(agrees) {
  const shown = [];
  const told = [];
  return {
    shown,
    told,
    view: {
      show(page) {
        shown.push(page.name);
        if (agrees !== undefined) page.answer(agrees);
        return Promise.resolve();
      },
    },
    service: {
      async consent(version, agrees) {
        told.push({ version, agrees });
        return { ...CONSENT, state: agrees ? 'agreed' : 'declined' };
      },
    },
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
}

test('a session without a study asks nobody', async () => {
  const all = context(false);
  assert.equal(await obtainConsent({ consent: null }, { state: 'open' }, all), true);
  assert.deepEqual([all.shown, all.told], [[], []]);
});

test('who agrees is asked once, and who declines does not go on', async () => {
  for (const agrees of [true, false]) {
    const all = context(agrees);
    const session = { consent: CONSENT };
    assert.equal(await obtainConsent(session, { state: 'open' }, all), agrees);
    assert.equal(await obtainConsent(session, { state: 'open' }, all), agrees);
    assert.deepEqual([all.shown, all.told], [['consent'], [{ version: 'v1@00', agrees }]]);
  }
});

test('nobody is asked when nothing can be captured any more', async () => {
  for (const state of ['judging', 'succeeded', 'failed', 'expired']) {
    const all = context(false);
    assert.equal(await obtainConsent({ consent: CONSENT }, { state }, all), true);
    assert.deepEqual(all.shown, []);
  }
  assert.equal(
    await obtainConsent({ consent: { ...CONSENT, state: 'declined' } }, { state: 'failed' }, context()),
    false,
  );
});

test('a page that goes on without an answer tells the service none', async () => {
  const end = new AbortController();
  const all = { ...context(), signal: end.signal };
  const asked = obtainConsent({ consent: CONSENT }, { state: 'open' }, all);
  end.abort();
  await assert.rejects(asked, { name: 'AbortError' });
  assert.deepEqual(all.told, []);
});

test('empty lines divide paragraphs, and single ones stay', () => {
  assert.deepEqual(paragraphs('\r\nOne\r\ntwo.\r\n \r\n\r\nThree.\n'), ['One\ntwo.', 'Three.']);
});

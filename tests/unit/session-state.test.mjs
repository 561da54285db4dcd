// Where the start page offers the phone, and what the first device shows for each state of the link.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { handoffStage, phonePlace } = await pageModule('flow/session-state.ts');

test('a computer offers the phone as the account says', () => {
  assert.equal(phonePlace('off', false, true), null);
  assert.equal(phonePlace('fallback', false, true), null);
  assert.equal(phonePlace('offer', false, true), 'beside');
  assert.equal(phonePlace('first', false, true), 'first');
});

test('a computer without a camera offers the phone first', () => {
  assert.equal(phonePlace('fallback', false, false), null);
  assert.equal(phonePlace('offer', false, false), 'first');
});

test('a phone offers no other phone before something went wrong', () => {
  for (const crossDevice of ['off', 'fallback', 'offer', 'first'])
    assert.equal(phonePlace(crossDevice, true, crossDevice === 'offer'), null);
});

test('every state of the link has its stage; an attempt that is being scored comes first', () => {
  const states = ['waiting', 'claimed', 'confirmed', 'voided', 'ended'];
  const stages = states.map((state) => handoffStage(state, false));
  assert.deepEqual(stages, ['link', 'compare', 'started', 'link_voided', 'link_ended']);
  for (const state of states) assert.equal(handoffStage(state, true), 'started');
});

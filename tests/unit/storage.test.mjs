// A page whose browser refuses storage: what is kept all the same, and that the journey needs none of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { TabStorage, historyEntry } = await pageModules('lib/storage.ts', 'flow/address.ts');

const refuse = () => {
  throw new DOMException('no', 'SecurityError');
};

/** A place that keeps texts, and what it holds. */
function place() {
  const held = new Map();
  const write = (name, value) => (value === null ? held.delete(name) : held.set(name, value));
  return { held, read: (name) => held.get(name) ?? null, write };
}

test('what the browser refuses is kept for as long as the page is there', () => {
  const storage = new TabStorage([{ read: refuse, write: refuse }]);
  assert.equal(storage.read('a'), null);
  storage.write('a', '1');
  assert.equal(storage.read('a'), '1');
  storage.write('a', null);
  assert.equal(storage.read('a'), null);
});

test('a place that can be read and not be written keeps nothing old alive', () => {
  const full = { ...place(), write: refuse };
  full.held.set('a', 'old');
  const storage = new TabStorage([full]);
  assert.equal(storage.read('a'), 'old');
  storage.write('a', 'new');
  assert.equal(storage.read('a'), 'new');
  storage.write('a', null);
  assert.equal(storage.read('a'), null);
});

test('another page finds it in whichever place took it', () => {
  const second = place();
  const places = () => [{ read: refuse, write: refuse }, second];
  new TabStorage(places()).write('a', '1');
  assert.equal(new TabStorage(places()).read('a'), '1');
  const later = new TabStorage([place()]);
  later.addBackend(second);
  assert.equal(later.read('a'), '1');
});

test('the state of the history’s historyEntry keeps it beside the state of others', (t) => {
  const history = { state: { theirs: 1 }, replaceState: (state) => Object.assign(history, { state }) };
  globalThis.history = history;
  t.after(() => delete globalThis.history);
  assert.equal(historyEntry.read('a'), null);
  historyEntry.write('a', '1');
  historyEntry.write('b', '2');
  assert.deepEqual([historyEntry.read('a'), historyEntry.read('b'), history.state.theirs], ['1', '2', 1]);
  historyEntry.write('a', null);
  assert.equal(historyEntry.read('a'), null);
  for (const state of [null, 'text', 5, { nearfar: 'text' }, { nearfar: { a: 7 } }]) {
    history.state = state;
    assert.equal(historyEntry.read('a'), null, JSON.stringify(state));
  }
});

test('a new place gets all that was written before', () => {
  const [first, second] = [place(), place()];
  let now = first;
  const changing = { read: (name) => now.read(name), write: (name, value) => now.write(name, value) };
  const storage = new TabStorage([changing]);
  storage.write('a', '1');
  now = second;
  storage.rewrite();
  assert.equal(second.read('a'), '1');
});

// Storage in browsers that refuse it: values last as long as the page, and nothing fails.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageModules } from '../testkit/page/page-module.mjs';

const { TabStorage, historyEntry } = await pageModules('lib/storage.ts', 'flow/address.ts');

const refuse = () => {
  throw new DOMException('no', 'SecurityError');
};

/** A backend and its contents. */
function createBackend() {
  const held = new Map();
  const write = (name, value) => (value === null ? held.delete(name) : held.set(name, value));
  return { held, read: (name) => held.get(name) ?? null, write };
}

test('a value that the browser refuses lasts as long as the page', () => {
  const storage = new TabStorage([{ read: refuse, write: refuse }]);
  assert.equal(storage.read('a'), null);
  storage.write('a', '1');
  assert.equal(storage.read('a'), '1');
  storage.write('a', null);
  assert.equal(storage.read('a'), null);
});

test('a read-only backend does not bring an old value back', () => {
  const full = { ...createBackend(), write: refuse };
  full.held.set('a', 'old');
  const storage = new TabStorage([full]);
  assert.equal(storage.read('a'), 'old');
  storage.write('a', 'new');
  assert.equal(storage.read('a'), 'new');
  storage.write('a', null);
  assert.equal(storage.read('a'), null);
});

test('another page finds the value in any backend that accepted it', () => {
  const second = createBackend();
  const backends = () => [{ read: refuse, write: refuse }, second];
  new TabStorage(backends()).write('a', '1');
  assert.equal(new TabStorage(backends()).read('a'), '1');
  const later = new TabStorage([createBackend()]);
  later.addBackend(second);
  assert.equal(later.read('a'), '1');
});

test('the history entry stores values next to the state of other scripts', (t) => {
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

test('a replaced backend gets all values again', () => {
  const [first, second] = [createBackend(), createBackend()];
  let now = first;
  const changing = { read: (name) => now.read(name), write: (name, value) => now.write(name, value) };
  const storage = new TabStorage([changing]);
  storage.write('a', '1');
  now = second;
  storage.rewrite();
  assert.equal(second.read('a'), '1');
});

// The page that waits for the result: what it says, and when it says that this takes longer than usual.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { pageModule } from '../testkit/page/page-module.mjs';

const { ProgressPage } = await pageModule('flow/progress-page.ts');
const JUDGING = { kind: 'judging' };
const WAITING = { kind: 'waiting', why: 'network', seconds: 2, retryNow: () => undefined };

beforeEach(() => mock.timers.enable({ apis: ['setTimeout'] }));
afterEach(() => mock.timers.reset());

/** A page whose texts are their keys. */
function openPage() {
  const announced = [];
  const view = {
    context: { i18n: { format: (key) => key }, ui: { text: (_page, _field, fallback) => fallback } },
    page: { name: 'loading' },
    async show(page) {
      view.page = page;
    },
    announce: (text) => announced.push(text),
  };
  return { view, announced, page: new ProgressPage(view, { emit: () => undefined }) };
}

test('after ten seconds without a result the page says so, once', () => {
  const { view, announced, page } = openPage();
  page.update({ kind: 'sending', what: 'pictures', share: 0.5 });
  page.update(JUDGING);
  assert.deepEqual([view.page.title, view.page.note, view.page.share], ['judging', 'judging_text', null]);
  mock.timers.tick(9_999);
  page.update(JUDGING);
  assert.equal(view.page.note, 'judging_text');
  mock.timers.tick(1);
  assert.equal(view.page.note, 'judging_long');
  page.update(JUDGING);
  assert.deepEqual(announced, ['judging', 'judging_long']);
});

test('the note does not replace the result, nor a broken connection', () => {
  const { view, page } = openPage();
  page.update(JUDGING);
  page.update(WAITING);
  mock.timers.tick(10_000);
  assert.equal(view.page.note, 'send_again');
  page.update(JUDGING);
  assert.equal(view.page.note, 'judging_long');
  const other = openPage();
  other.page.update(JUDGING);
  other.view.page = { name: 'result' };
  mock.timers.tick(10_000);
  assert.deepEqual(other.view.page, { name: 'result' });
});

test('another attempt waits for its own ten seconds', () => {
  const { view, page } = openPage();
  page.update(JUDGING);
  mock.timers.tick(6_000);
  page.begin(null);
  page.update(JUDGING);
  mock.timers.tick(6_000);
  assert.equal(view.page.note, 'judging_text');
  mock.timers.tick(4_000);
  assert.equal(view.page.note, 'judging_long');
});

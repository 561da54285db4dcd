// The URL of the hosted page: secrets leave it, a reload finds them again, invalid options are ignored.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJourney } from '../testkit/page/journey.mjs';
import { pageModules } from '../testkit/page/page-module.mjs';

const { secretsOf, withoutSecrets, isSessionAddress } = await pageModules('flow/address.ts');

const none = { read: () => null };
const at = (rest) => new URL(rest, 'https://liveness.example/h5/');

test('the session id replaces the token, a link’s secret is removed, everything else stays', () => {
  const clean = (rest) => withoutSecrets(at(rest), 'abc').href.slice('https://liveness.example/h5/'.length);
  assert.equal(clean('?token=secret&language=de'), '?language=de&session=abc');
  assert.equal(clean('?session=old&token=secret'), '?session=abc');
  assert.equal(clean('?link=id&language=de#handoff=id.secret'), '?link=id&language=de');
  assert.equal(clean('?session=abc#top'), '?session=abc#top');
});

test('secrets in the URL take precedence over stored ones, also if storage cannot be read', () => {
  const kept = { read: (name) => (name === 'token' ? 'kept' : null) };
  assert.deepEqual(secretsOf(at('?session=abc'), kept), { token: 'kept', link: null });
  assert.deepEqual(secretsOf(at('?token=new'), kept), { token: 'new', link: null });
  assert.deepEqual(secretsOf(at('?link=id#handoff=id.secret'), kept), { token: null, link: 'id.secret' });
  const blocked = {
    read: () => {
      throw new DOMException('no', 'SecurityError');
    },
  };
  assert.deepEqual(secretsOf(at('?session=abc'), blocked), { token: null, link: null });
  assert.deepEqual(secretsOf(at(''), none), { token: null, link: null });
});

test('a URL with a session or a link, even without its secret, opens a journey, any other the demo', () => {
  for (const rest of ['?token=', '?session=a', '?link=a', '#handoff=a.b']) assert.ok(isSessionAddress(at(rest)), rest);
  for (const rest of ['', '?language=de', '#top']) assert.ok(!isSessionAddress(at(rest)), rest);
});

for (const blocked of [false, true])
  test(`the token leaves the URL, a reload ${blocked ? 'without storage ' : ''}continues, and no referrer contains it`, async (t) => {
    const settings = { frameAncestors: ['https://shop.example'] };
    const { browser, page, open, session, service, button, heading } = await openJourney(t, {
      scenario: null,
      settings,
      options: { language: 'en' },
    });
    if (blocked)
      await page.addInitScript(() => {
        for (const name of ['sessionStorage', 'localStorage'])
          Object.defineProperty(globalThis, name, {
            get() {
              throw new DOMException('blocked', 'SecurityError');
            },
          });
      });
    const token = new URL(session.url).searchParams.get('token');
    const referrers = [];
    page.on('request', (request) => referrers.push(request.headers().referer ?? ''));
    const first = await open();
    await button('Start camera').waitFor();
    const clean = new URL(page.url());
    assert.equal(clean.searchParams.get('session'), session.signatureId);
    assert.equal(clean.searchParams.get('language'), 'en');
    assert.ok(!page.url().includes(token));
    const again = await page.reload();
    await button('Start camera').waitFor();
    assert.equal(again.url(), clean.href);
    const policy = 'content-security-policy';
    assert.match(again.headers()[policy], /frame-ancestors https:\/\/shop\.example/);
    assert.equal(again.headers()[policy], first.headers()[policy]);
    assert.ok(!referrers.some((referrer) => referrer.includes(token)), referrers.join('\n'));
    // The cleaned URL alone gives no access.
    const other = await browser.newPage();
    await other.goto(clean.href);
    await other.getByRole('heading', { name: 'This link doesn’t work' }).waitFor();
    await other.close();
    // Going back from another page works too.
    await page.goto(`${service.url}docs/`);
    await page.goBack();
    await heading('Quick face check').waitFor();
  });

test('entering the original URL again opens the session again', async (t) => {
  const { page, open, button } = await openJourney(t, { scenario: null, options: { language: 'en' } });
  for (let times = 0; times < 2; times++) {
    await open();
    await button('Start camera').waitFor();
    assert.ok(!page.url().includes('token='));
  }
});

test('invalid options are ignored with a warning on the console', async (t) => {
  const { page, open, button } = await openJourney(t, { scenario: null, options: { language: 'en' } });
  const warnings = [];
  page.on('console', (message) => message.type() === 'warning' && warnings.push(message.text()));
  for (const [name, value] of [
    ['config', '{nonsense'],
    ['constraints', '['],
    ['build', 'fastest'],
    ['load-timeout-ms', 'soon'],
  ]) {
    warnings.length = 0;
    await open({ [name]: value });
    await button('Start camera').waitFor();
    assert.ok(
      warnings.some((text) => text.includes(`${name}:`)),
      `${name}: ${warnings}`,
    );
  }
});

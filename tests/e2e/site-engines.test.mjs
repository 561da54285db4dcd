// The console, the documentation site and the playground in Firefox and WebKitGTK.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until, withFirefox, withWebKitPage } from '../testkit/browser/engines.mjs';
import { completeAttempt } from '../testkit/service/attempt.mjs';
import { addOperator, openConsole, PASSWORD } from '../testkit/service/console.mjs';
import { openSession, signIn } from '../testkit/service/integrator.mjs';
import { plainPictures } from '../testkit/service/pictures.mjs';
import { openService } from '../testkit/service/service.mjs';
import { TOTP_STEP_MS, totpCode } from '../testkit/service/totp.mjs';

/** Wide enough for the console to show its filters unfolded. */
const SIZE = { width: 1100, height: 700 };

/** Runs in the page: fills in the form of the page, by the names of its fields, and sends it. */
function send(fields) {
  for (const [name, value] of Object.entries(fields)) document.querySelector(`main [name="${name}"]`).value = value;
  document.querySelector('main form [type="submit"]').click();
}

/** Runs in the page: whether its heading is this. False while a page loads. */
const hasHeading = (text) => document.querySelector('h1')?.textContent === text;

/** Sets an operator up and signs it in. */
async function signInReviewer(page, service) {
  await page.goto(addOperator(service, 'rita', 'reviewer'));
  const secret = await page.evaluate(() => document.querySelector('p > code').textContent);
  const time = Date.now();
  const passwords = { password: PASSWORD, repeated: PASSWORD };
  await page.evaluate(send, { ...passwords, code: totpCode(secret, time) });
  await until('the set-up', page, hasHeading, 'Your account is ready');
  await page.goto(`${service.consoleUrl}/console/sign-in`);
  await page.evaluate(send, { name: 'rita', password: PASSWORD, code: totpCode(secret, time + TOTP_STEP_MS) });
  await until('the sign-in', page, hasHeading, 'Sessions');
}

/** Signs in, and finds, reads and decides a session. */
async function review(t, page) {
  const service = await openConsole(t, {}, true);
  const access = await signIn(service.url, service);
  const session = await openSession(service.url, access, { sandbox: ['SUCCESS'] });
  await completeAttempt(service.url, session, await plainPictures());
  await signInReviewer(page, service);
  const isReachable = await page.evaluate(() =>
    ['summary', '[name="user"]'].some((name) => document.querySelector(`.filter-panel ${name}`).checkVisibility()),
  );
  assert.ok(isReachable, 'the filters, or what unfolds them');
  await page.evaluate((id) => document.querySelector(`a[href="/console/sessions/${id}"]`).click(), session.signatureId);
  await until('the session', page, hasHeading, `Session ${session.signatureId}`);
  await until('the pictures', page, () => {
    const pictures = [...document.querySelectorAll('.pictures img')].slice(0, 2);
    for (const picture of pictures) picture.scrollIntoView();
    return pictures.length === 2 && pictures.every((picture) => picture.naturalWidth > 0);
  });
  await page.evaluate(() => {
    document.querySelector('[value="rejected"]').checked = true;
    document.querySelector('.decision [type="submit"]').click();
  });
  await until('the decision', page, () => document.querySelector('.decisions')?.textContent.includes('✗ rejected'));
}

/** Searches the documentation, changes its colours, and changes the language in the playground. */
async function readDocumentation(t, page) {
  const { url } = await openService(t);
  await page.goto(`${url}docs/`);
  await until('the search', page, () => document.querySelector('#search-open')?.hidden === false);
  await page.evaluate(() => {
    document.querySelector('#search-open').click();
    const input = document.querySelector('#search-input');
    input.value = 'test accounts';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await until(
    'results',
    page,
    () => document.querySelector('#search-results a[href$="accounts/#test-accounts"]') !== null,
  );
  await page.evaluate(() => document.querySelector('#search-results a[href$="accounts/#test-accounts"]').click());
  await until('the section', page, () => document.querySelector('h2#test-accounts')?.checkVisibility());
  await until('the colours', page, () => document.querySelector('#theme')?.hidden === false);
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await paper();
  await page.evaluate(() => document.querySelector('#theme').click());
  const both = [before, await paper()].sort();
  assert.deepEqual(both, ['rgb(14, 21, 27)', 'rgb(255, 255, 255)']);

  await page.goto(`${url}docs/playground/`);
  const startsWith = (text) => {
    const preview = document.querySelector('#preview')?.contentDocument;
    const root = preview?.querySelector('nearfar-liveness')?.shadowRoot;
    return root?.querySelector('[part~="start"]')?.textContent.trim() === text;
  };
  await until('the preview', page, startsWith, 'Start camera');
  await page.evaluate(() => {
    const input = document.querySelector('#attribute-locale');
    input.value = 'de';
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await until('German', page, startsWith, 'Kamera starten');
  const code = await page.evaluate(() => document.querySelector('#code code').textContent);
  assert.match(code, /locale="de"/);
}

for (const [name, withPage] of Object.entries({ Firefox: withFirefox, WebKitGTK: withWebKitPage })) {
  test(`an operator reviews a session in ${name}`, async (t) => {
    await withPage(t, SIZE, (page) => review(t, page));
  });

  test(`search, colours and playground work in ${name}`, async (t) => {
    await withPage(t, SIZE, (page) => readDocumentation(t, page));
  });
}

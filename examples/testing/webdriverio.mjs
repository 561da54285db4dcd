// A check with a sandbox account, in WebdriverIO and Node's test runner: node --test webdriverio.mjs

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeCameraScript, openSandboxSession, SCENARIOS } from 'nearfar/testing';
import { remote } from 'webdriverio';

const { NEARFAR_URL, NEARFAR_ACCESS_KEY, NEARFAR_SECRET_KEY } = process.env;
const account = { url: NEARFAR_URL, accessKey: NEARFAR_ACCESS_KEY, secretKey: NEARFAR_SECRET_KEY };
const capabilities = {
  browserName: 'chrome',
  webSocketUrl: true,
  'goog:chromeOptions': { args: ['--headless=new', '--no-sandbox'] },
};

test('the service finds an attack, and the person may not try again', async (t) => {
  const browser = await remote({ capabilities, logLevel: 'error' });
  t.after(() => browser.deleteSession());
  const { sandbox } = SCENARIOS.verdict_presentation_attack;
  const session = await openSandboxSession(account, { sandbox });
  // Not `addInitScript`: it evaluates text in the page, which the hosted page's policy forbids.
  const functionDeclaration = `() => { ${fakeCameraScript('verdict_presentation_attack')} }`;
  await browser.scriptAddPreloadScript({ functionDeclaration });
  await browser.url(session.url);
  await browser.$('aria/Start camera').click();
  await browser.$('aria/We couldn’t verify you').waitForExist({ timeout: 60_000 });
  const { code, data } = await session.result();
  assert.deepEqual([code, data.score, data.attackType], ['SUCCESS', 0, 1]);
});

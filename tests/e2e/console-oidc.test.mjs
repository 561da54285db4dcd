// Sign-in to the console through a real OpenID provider on another site, in three browsers.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Provider } from 'oidc-provider';
import { serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { until, withFirefox, withWebKitPage } from '../testkit/browser/engines.mjs';
import { openService } from '../testkit/service/service.mjs';

const CLIENT = { client_id: 'nearfar-console', client_secret: 'a secret of 32 or more characters' };

/** Starts a provider whose people have addresses at bank.example. Its site is another than the console's. */
async function openProvider(t, consoleUrl) {
  const port = await freePort(0);
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [`${consoleUrl}/console/oidc/callback`] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    findAccount: (_, accountId) => ({
      accountId,
      claims: () => ({ sub: accountId, email: `${accountId}@bank.example`, email_verified: accountId !== 'eve' }),
    }),
    cookies: { keys: ['a key of the test'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 },
  });
  const server = createServer(provider.callback()).listen(port, '127.0.0.1');
  t.after(() => server.close());
  return issuer;
}

/** Opens the sign-in page in a browser without cookies. */
async function openSignIn(browser, consoleUrl) {
  const context = await browser.newContext();
  const page = await context.newPage();
  // The provider's page asks for fonts of another host.
  await page.route(
    (url) => !['localhost', '127.0.0.1'].includes(url.hostname),
    (route) => route.abort(),
  );
  await page.goto(`${consoleUrl}/console/sign-in`);
  return { context, page };
}

/** Signs in at the provider's own page, and agrees. */
async function signInAtProvider(page, name) {
  await page.getByRole('link', { name: 'Sign in with your organization’s account' }).click();
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Starts a console without passwords, and its first operator. Returns its address, and what runs a command. */
async function openConsole(t) {
  const port = await freePort(0);
  const consoleUrl = `http://localhost:${port}`;
  const issuer = await openProvider(t, consoleUrl);
  const { env } = await openService(t, {
    NEARFAR_CONSOLE_LISTEN: `127.0.0.1:${port}`,
    NEARFAR_CONSOLE_URL: consoleUrl,
    NEARFAR_CONSOLE_OIDC_ISSUER: issuer,
    NEARFAR_CONSOLE_OIDC_CLIENT_ID: CLIENT.client_id,
    NEARFAR_CONSOLE_OIDC_CLIENT_SECRET: CLIENT.client_secret,
    NEARFAR_CONSOLE_PASSWORD_SIGN_IN: 'false',
  });
  const command = (...args) =>
    spawnSync(serviceProgram(), args, { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' });
  const added = command('operator', 'add', 'ann@bank.example', '--role', 'reviewer');
  assert.equal(added.status, 0, added.stderr);
  assert.equal(JSON.parse(added.stdout).setUp, undefined, 'without passwords there is no set-up link');
  return { consoleUrl, command };
}

/** Runs in the page: clicks a link or a button with this text. Returns whether it exists. */
function press(text) {
  const found = [...document.querySelectorAll('a, button')].find((each) => each.textContent.trim() === text);
  found?.click();
  return found !== undefined;
}

for (const [name, withPage] of Object.entries({ Firefox: withFirefox, WebKitGTK: withWebKitPage }))
  test(`the session's strict cookie arrives from another site in ${name}`, async (t) => {
    const { consoleUrl } = await openConsole(t);
    await withPage(t, { width: 1000, height: 700 }, async (page) => {
      await page.goto(`${consoleUrl}/console/sign-in`);
      await until('the link', page, press, 'Sign in with your organization’s account');
      await until('the form of the provider', page, () => {
        const form = document.querySelector('input[name=login]')?.form;
        if (!form) return false;
        for (const field of ['login', 'password']) form.elements[field].value = 'ann';
        form.querySelector('[type=submit]').click();
        return true;
      });
      await until('the question of the provider', page, press, 'Continue');
      await until('the console', page, () =>
        document.querySelector('header')?.textContent.includes('ann@bank.example (reviewer)'),
      );
    });
  });

test('an operator signs in through an OpenID provider', async (t) => {
  const { consoleUrl, command } = await openConsole(t);
  const browser = await launchChromium();
  t.after(() => browser.close());

  await t.test('the one who may', async () => {
    const { context, page } = await openSignIn(browser, consoleUrl);
    assert.equal(await page.getByLabel('Password').count(), 0);
    await signInAtProvider(page, 'ann');
    // The strict cookie of the session arrives although the browser comes from another site.
    await page.getByRole('button', { name: 'Sign out' }).waitFor();
    assert.match(await page.locator('header').first().textContent(), /ann@bank\.example \(reviewer\)/);
    assert.ok(page.url().startsWith(`${consoleUrl}/console/`) && !page.url().includes('code='), page.url());
    const cookies = await context.cookies(consoleUrl);
    const found = Object.fromEntries(cookies.map(({ name, sameSite }) => [name, sameSite]));
    assert.equal(found['nearfar-console'], 'Strict');
    assert.equal(found['nearfar-oidc'], undefined, 'it counts once');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await context.close();
  });

  for (const [name, text] of [
    ['bob', 'bob@bank.example may not use this console'],
    ['eve', 'did not send a confirmed email address'],
  ])
    await t.test(`${name}, who may not`, async () => {
      const { context, page } = await openSignIn(browser, consoleUrl);
      await signInAtProvider(page, name);
      await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
      assert.match(await page.locator('main').textContent(), new RegExp(text));
      const cookies = await context.cookies(consoleUrl);
      assert.ok(!cookies.some((cookie) => cookie.name === 'nearfar-console'));
      await context.close();
    });

  const log = command('audit', 'export')
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line).action);
  for (const action of ['operator_linked', 'signed_in', 'sign_in_failed']) assert.ok(log.includes(action), action);
});

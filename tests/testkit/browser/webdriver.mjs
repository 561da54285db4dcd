// A minimal WebDriver client for WebKitGTK.

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../scripts/servers/port.mjs';
import { browserProgram } from '../../../scripts/setup/browsers.mjs';

function miniBrowser() {
  for (const architecture of readdirSync('/usr/lib')) {
    const folder = join('/usr/lib', architecture);
    const version =
      architecture.includes('-linux-') && readdirSync(folder).find((name) => name.startsWith('webkit2gtk-4'));
    if (version) return join(folder, version, 'MiniBrowser');
  }
  throw new Error('MiniBrowser is missing: it comes with the package of WebKitWebDriver');
}

/** Starts a virtual screen and returns its name and its process. */
async function virtualScreen() {
  const child = spawn(browserProgram('xvfb'), ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise((done, failed) => {
    child.stdio[3].once('data', (data) => done(String(data).trim()));
    child.once('exit', (code) => failed(new Error(`Xvfb ended with ${code}`)));
  });
  return { display: `:${number}`, child };
}

/** Browsers to open for one test before a failure of the driver counts. */
const MAX_BROWSERS = 3;
/** W3C error codes of a browser that crashed, hung or lost a script's answer. A failing script has `javascript error`. */
const BROWSER_FAILURES = ['unknown error', 'invalid session id'];

/** A command that WebKitWebDriver answered with an error. `code`: the W3C error code */
class WebDriverError extends Error {
  constructor(command, { error, message } = {}) {
    super(`${command}: ${error}: ${message}`);
    this.code = error;
  }
}

async function command(base, method, path, body) {
  const response = await fetch(`${base}${path}`, {
    method,
    body: body === undefined ? undefined : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  const { value } = await response.json();
  if (!response.ok) throw new WebDriverError(`${method} ${path}`, value ?? {});
  return value;
}

/** Waits until the driver responds. */
async function waitUntilReady(base, driver) {
  while (driver.exitCode === null) {
    const up = await fetch(`${base}/status`).then(
      () => true,
      () => false,
    );
    if (up) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`WebKitWebDriver ended with ${driver.exitCode}`);
}

/**
 * Opens WebKitGTK's MiniBrowser with one page of this size and runs `use(page)`. If the browser fails, not the page, it
 * runs again in another browser: on a loaded machine, WebKitGTK was seen to lose a script's answer.
 */
export async function withWebKit(t, size, use) {
  for (let browsers = 1; ; browsers++) {
    try {
      return await use(await openWebKit(t, size));
    } catch (error) {
      const failed = error instanceof WebDriverError && BROWSER_FAILURES.includes(error.code);
      if (!failed || browsers === MAX_BROWSERS) throw error;
      t.diagnostic(`WebKitGTK failed (${error.message}); trying another browser`);
    }
  }
}

/** Opens WebKitGTK's MiniBrowser with one page of this size. Closes everything when the test ends. */
async function openWebKit(t, { width, height }) {
  const screen = await virtualScreen();
  const closing = [() => screen.child.kill()];
  // Closed in reverse order: the driver ends the browser, which needs the screen.
  t.after(async () => {
    for (const close of closing.reverse()) await close();
  });
  const port = await freePort();
  const driver = spawn(browserProgram('webkitDriver'), [`--port=${port}`], {
    env: { ...process.env, DISPLAY: screen.display, WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1' },
    stdio: 'ignore',
  });
  closing.push(() => driver.kill());
  const base = `http://127.0.0.1:${port}`;
  await waitUntilReady(base, driver);
  const args = ['--automation', '--enable-mock-capture-devices=true', '--enable-media-stream=true'];
  const { sessionId } = await command(base, 'POST', '/session', {
    capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': { binary: miniBrowser(), args } } },
  });
  const session = `${base}/session/${sessionId}`;
  // A browser that crashed has no session any more.
  closing.push(() => command(session, 'DELETE', '').catch(() => undefined));
  const page = {
    goto: (url) => command(session, 'POST', '/url', { url }),
    evaluate: (fn, argument) =>
      command(session, 'POST', '/execute/sync', {
        script: `return (${fn}).apply(null, arguments)`,
        args: argument === undefined ? [] : [argument],
      }),
  };
  // The window is larger than the page.
  const outer = await command(session, 'POST', '/window/rect', { width, height });
  const inner = await page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
  const size = { width: width + outer.width - inner.width, height: height + outer.height - inner.height };
  await command(session, 'POST', '/window/rect', size);
  return page;
}

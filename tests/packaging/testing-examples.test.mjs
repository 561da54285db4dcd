// The examples of nearfar/testing run unchanged, except for the paths of the browsers: Playwright in its own runner,
// WebdriverIO with ChromeDriver. Cypress' own program cannot be had here: its example is compiled against Cypress' types,
// and its calls run on a stand-in in Chromium.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { root } from '../../scripts/cli/run.mjs';
import { browserProgram, ensureBrowsers } from '../../scripts/setup/browsers.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { openService } from '../testkit/service/service.mjs';
import { standIn } from './lib/cypress-stand-in.mjs';

const here = join(fileURLToPath(import.meta.url), '..');
/** In a folder that resolves the installed packages. */
const work = join(here, '.work', 'testing');
const bin = (name) => join(here, 'node_modules', '.bin', name);
/** A test's own time limit in a busy machine. */
const LIMIT_MS = 240_000;

before(() => {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  cpSync(join(root, 'examples', 'testing'), work, { recursive: true });
});

/** Runs a program in the folder of the examples. Rejects with its output unless it succeeds. */
async function runIn(program, args, env = {}) {
  // Without the variable by which Node's test runner recognizes its own tests.
  const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
  const child = spawn(program, args, { cwd: work, env: { ...outer, ...env }, timeout: LIMIT_MS });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (text += data));
  const status = await new Promise((done) => child.once('close', done));
  assert.equal(status, 0, text);
  return text;
}

/** Starts a service with a sandbox account. Returns the environment that the examples read. */
async function sandboxEnv(t) {
  const { url, accessKey, secretKey } = await openService(t, {}, {}, true);
  return { NEARFAR_URL: url, NEARFAR_ACCESS_KEY: accessKey, NEARFAR_SECRET_KEY: secretKey };
}

test('Playwright', async (t) => {
  const launchOptions = { executablePath: browserProgram('chromium'), chromiumSandbox: false };
  const settings = {
    timeout: 120_000,
    expect: { timeout: 60_000 },
    workers: 1,
    use: { launchOptions, locale: 'en-US' },
  };
  writeFileSync(join(work, 'playwright.config.mjs'), `export default ${JSON.stringify(settings)}`);
  const text = await runIn(bin('playwright'), ['test', '--reporter', 'list'], await sandboxEnv(t));
  assert.match(text, /2 passed/);
});

test('WebdriverIO', async (t) => {
  await ensureBrowsers(['chromium', 'chromedriver']);
  const file = join(work, 'webdriverio.mjs');
  const [browser, driver] = ['chromium', 'chromedriver'].map((name) => JSON.stringify(browserProgram(name)));
  const paths = `'goog:chromeOptions': { binary: ${browser}, args`;
  const example = readFileSync(file, 'utf8');
  const local = example
    .replace("'goog:chromeOptions': { args", paths)
    .replace('webSocketUrl: true,', `webSocketUrl: true, 'wdio:chromedriverOptions': { binary: ${driver} },`);
  assert.notEqual(local, example);
  writeFileSync(file, local);
  const text = await runIn(process.execPath, ['--test', file], await sandboxEnv(t));
  assert.match(text, /^# pass 1$/m);
});

test('Cypress: the example compiles against its types', async () => {
  const flags = ['--strict', '--noEmit', '--skipLibCheck', '--target', 'ES2022', '--lib', 'ES2022,DOM,DOM.Iterable'];
  const modules = ['--module', 'ESNext', '--moduleResolution', 'Bundler', '--types', 'cypress'];
  await runIn(bin('tsc'), [...flags, ...modules, 'cypress.cy.ts']);
});

test('Cypress: the example’s calls on a stand-in', async (t) => {
  const { NEARFAR_URL: url, ...keys } = await sandboxEnv(t);
  const { openSandboxSession } = await import('nearfar/testing');
  const account = { url, accessKey: keys.NEARFAR_ACCESS_KEY, secretKey: keys.NEARFAR_SECRET_KEY };
  const { outputFiles } = await build({
    entryPoints: [join(work, 'cypress.cy.ts')],
    bundle: true,
    format: 'iife',
    write: false,
  });
  const browser = await launchChromium();
  t.after(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
  const openSession = async (sandbox) => (await openSandboxSession(account, { sandbox })).url;
  const steps = await standIn(page, { url, spec: outputFiles[0].text, tasks: { openSession } });
  assert.deepEqual(steps, [
    'task openSession',
    'visit',
    'click Start camera',
    'click Try again',
    'visible You’re all set',
  ]);
});

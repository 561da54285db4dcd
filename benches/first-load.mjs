// npm run first-load: measures the first load of a session's page on a slow connection. See its --help.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../scripts/build/all.mjs';
import { buildService } from '../scripts/build/service.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { log, main } from '../scripts/cli/run.mjs';
import { accountCommand, dataDirEnv, startService } from '../scripts/servers/service.mjs';
import { ensureBrowsers } from '../scripts/setup/browsers.mjs';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { openSession, signIn } from '../tests/testkit/service/integrator.mjs';
import { writeDocs } from './lib/docs.mjs';
import { formatMachine, machine } from './lib/machine.mjs';
import { table } from './lib/report.mjs';

const COMMAND = {
  name: 'npm run first-load',
  summary:
    "Measures the first load of a session's page on a slow connection: bytes, and the time until the start button shows.",
  options: { docs: { help: 'Writes the figures to docs/PERFORMANCE.md' } },
};
/** The slow connection of Lighthouse's mobile profile. */
const LINK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const ROUNDS = 5;

/** One visit with an empty cache: bytes on the wire, and ms until the start button shows. */
async function visit(browser, url) {
  const context = await browser.newContext({ viewport: { width: 360, height: 640 } });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', LINK);
  let bytes = 0;
  let requests = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => {
    bytes += encodedDataLength;
    requests += 1;
  });
  const began = performance.now();
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator('button').first().waitFor();
  const ms = performance.now() - began;
  await context.close();
  return { bytes, requests, ms };
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

await main(async () => {
  const { values } = readArguments(COMMAND);
  const facts = machine();
  await buildAll();
  await buildService();
  await ensureBrowsers(['chromium']);
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-first-load-'));
  const env = { NEARFAR_LOG: 'warn', ...dataDirEnv(folder) };
  const [keys] = accountCommand(['add', 'bench'], env);
  const service = await startService({ port: 0, env });
  const browser = await launchChromium();
  try {
    const access = await signIn(service.url, keys);
    const visits = [];
    for (let round = 1; round <= ROUNDS; round++) {
      log(`visit ${round} of ${ROUNDS}`);
      visits.push(await visit(browser, (await openSession(service.url, access)).url));
    }
    const of = (name) => median(visits.map((visit) => visit[name]));
    const rows = [['first visit', of('requests'), Math.round(of('bytes') / 1000), Math.round(of('ms'))]];
    const head = ['', 'requests', 'kB', 'ms to the start button'];
    const figures = table("A session's page over 1.6 Mbit/s and 150 ms", head, rows);
    console.log(figures);
    const { where, load } = formatMachine(facts);
    if (values.docs) writeDocs('first-load', `${where}. ${load}.`, figures);
  } finally {
    await browser.close();
    await service.close();
    rmSync(folder, { recursive: true });
  }
});

// npm run first-load: what a session's page costs a person on a slow connection. See its --help.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from '../scripts/build/all.mjs';
import { accounts, buildService, dataDirEnv, startService } from '../scripts/build/service.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { main, say } from '../scripts/cli/run.mjs';
import { browsers } from '../scripts/setup/browsers.mjs';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { openSession, signIn } from '../tests/testkit/service/integrator.mjs';
import { writeDocs } from './lib/docs.mjs';
import { inWords, machine } from './lib/machine.mjs';
import { table } from './lib/report.mjs';

const COMMAND = {
  name: 'npm run first-load',
  summary:
    "Measures what a session's page costs a person on a slow connection: bytes and time from the link to the button\n" +
    'that starts the camera.',
  options: { docs: { help: 'Puts the figures into docs/PERFORMANCE.md' } },
};
/** The slow connection of Lighthouse's mobile profile. */
const LINK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 750e3 / 8 };
const ROUNDS = 5;

/** One first visit with an empty cache: bytes over the wire, and ms until the button that starts the camera is there. */
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
  await browsers(['chromium']);
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-first-load-'));
  const env = { NEARFAR_LOG: 'warn', ...dataDirEnv(folder) };
  const [keys] = accounts(['add', 'bench'], env);
  const service = await startService({ port: 0, env });
  const browser = await launchChromium();
  try {
    const access = await signIn(service.url, keys);
    const visits = [];
    for (let round = 1; round <= ROUNDS; round++) {
      say(`visit ${round} of ${ROUNDS}`);
      visits.push(await visit(browser, (await openSession(service.url, access)).url));
    }
    const of = (name) => median(visits.map((one) => one[name]));
    const rows = [['first visit', of('requests'), Math.round(of('bytes') / 1000), Math.round(of('ms'))]];
    const head = ['', 'requests', 'kB', 'ms to the start button'];
    const figures = table("A session's page over 1.6 Mbit/s and 150 ms", head, rows);
    console.log(figures);
    const { where, load } = inWords(facts);
    if (values.docs) writeDocs('first-load', `${where}. ${load}.`, figures);
  } finally {
    await browser.close();
    await service.close();
    rmSync(folder, { recursive: true });
  }
});

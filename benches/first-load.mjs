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
import { start, visit, watchStart } from './lib/visit.mjs';

const COMMAND = {
  name: 'npm run first-load',
  summary:
    "Measures a session's page: the first visit on a slow connection, a second visit with a full cache, and the start of " +
    'the camera, up to the first instruction.',
  options: {
    docs: { help: 'Writes the figures to docs/PERFORMANCE.md' },
    list: { help: 'Prints the requests of a first visit too' },
  },
};
const ROUNDS = 5;

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** The requests of a visit, in the order in which they were sent. */
function requestTable(requests) {
  const rows = requests.map(({ path, start, end, bytes }) => [path, Math.round(start), Math.round(end), bytes]);
  return table('The requests of a first visit', ['', 'from ms', 'to ms', 'bytes'], rows);
}

/** The medians of all rounds. */
function report(rounds) {
  const row = (name, visits) => {
    const of = (field) => median(visits.map((visit) => visit[field]));
    const kilobytes = (field) => Math.round(of(field) / 1000);
    return [name, of('count'), kilobytes('bytes'), Math.round(of('ms')), of('laterCount'), kilobytes('laterBytes')];
  };
  const visits = ['first', 'second'].map((which) => rounds.map((round) => round[which]));
  const head = ['', 'requests', 'kB', 'ms to the start button', 'requests later', 'kB later'];
  const rows = [row('first visit, 1.6 Mbit/s and 150 ms', visits[0]), row('second visit, this machine', visits[1])];
  const starts = rounds.map(({ start }) => start);
  const between = (from, to) => Math.round(median(starts.map((times) => times[to] - (from ? times[from] : 0))));
  const steps = [
    ['tap to the question for the camera', between(null, 'asked')],
    ['permission to the first picture', between('granted', 'frame')],
    ['first picture to the first instruction', between('frame', 'instruction')],
  ];
  return `${table("A session's page", head, rows)}\n${table('The start, after the second visit', ['', 'ms'], steps)}`;
}

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
  // Imported late: it needs an npm package, and a new clone has none before the set-up.
  const { scenarioVideo } = await import('../tests/testkit/scenarios/generate.mjs');
  const browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  try {
    const access = await signIn(service.url, keys);
    const open = async () => (await openSession(service.url, access)).url;
    const rounds = [];
    for (let round = 1; round <= ROUNDS; round++) {
      log(`round ${round} of ${ROUNDS}`);
      const context = await browser.newContext({ viewport: { width: 360, height: 640 } });
      await context.addInitScript(watchStart);
      const first = await visit(context, await open(), { slow: true });
      await first.page.close();
      const second = await visit(context, await open());
      rounds.push({ first, second, start: await start(second.page) });
      await context.close();
    }
    if (values.list) console.log(requestTable(rounds[0].first.requests));
    const figures = report(rounds);
    console.log(figures);
    const { where, load } = formatMachine(facts);
    if (values.docs) writeDocs('first-load', `${where}. ${load}.`, figures);
  } finally {
    await browser.close();
    await service.close();
    rmSync(folder, { recursive: true });
  }
});

// npm run compare-builds: measures this build of the page against another one. See its --help.

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readArguments, wholeNumber } from '../scripts/cli/command.mjs';
import { log, main, root, UserError } from '../scripts/cli/run.mjs';
import { ensureBrowsers } from '../scripts/setup/browsers.mjs';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/page/serve.mjs';
import { formatMachine, machine } from './lib/machine.mjs';
import { alternate, pairRatios } from './lib/pairs.mjs';
import { pageActivity } from './lib/product.mjs';
import { number, table } from './lib/report.mjs';
import { copyProduct, isolate } from './lib/site.mjs';
import { benchVideo, SCENE_NAMES } from './lib/video.mjs';
import { percentile, summary } from './page/statistics.js';

const SIZE = { width: 1280, height: 720 };
const SITE = join(root, '.cache', 'bench', 'builds');

const COMMAND = {
  name: 'npm run compare-builds',
  summary:
    'Measures this build of the page and another one alternately in headless Chromium, at 1280x720: the time from a\n' +
    "frame to its instruction in the worker, frames per second, and the processor time of the page's process. Both must\n" +
    'be built.',
  options: {
    against: { value: 'FOLDER', help: 'The checkout of the other build, which has a dist/', required: true },
    rounds: { value: 'N', help: 'How often each build runs', default: '8' },
    seconds: { value: 'N', help: 'How long each build is measured in a round', default: '8' },
    scenes: {
      help: 'Measures a person who moves, one who keeps still, and a view without a person; not only the first',
    },
    slowdown: { value: 'N', help: "Slows the page's process down so many times", default: '1' },
    json: { value: 'FILE', help: 'Writes the figures as JSON' },
  },
};

/** Copies both builds into the site, each with the probe in its worker. */
function buildSite(folders) {
  rmSync(SITE, { recursive: true, force: true });
  for (const [name, folder] of Object.entries(folders)) {
    const dist = join(folder, 'dist');
    if (!existsSync(join(dist, 'index.html'))) throw new UserError(`${dist} has no page: build it first`);
    mkdirSync(join(SITE, name), { recursive: true });
    copyProduct(join(SITE, name, 'page'), dist);
  }
}

/** Measures both builds in one scene. Returns the list of each build's rounds. */
async function measureScene(scene, builds, url, { rounds, seconds, slowdown }) {
  const browser = await launchChromium({ video: await benchVideo(scene) });
  try {
    return await alternate(builds, rounds, async (build, round) => {
      log(`${scene}, round ${round + 1} of ${rounds}: ${build}`);
      return await pageActivity(browser, `${url}${build}/`, { ...SIZE, seconds, slowdown });
    });
  } finally {
    await browser.close();
  }
}

const median = (list) => percentile(list, 0.5);

/** A scene's figures: of each build, and the ratios of this build to the other. */
function figuresOf({ current, other }) {
  const figures = (rounds) => ({
    ...summary(rounds.flatMap(({ times }) => times)),
    frames_per_s: median(rounds.map(({ framesPerSecond }) => framesPerSecond)),
    cpu_per_s: median(rounds.map(({ cpuPerSecond }) => cpuPerSecond)),
    running_share: median(rounds.map(({ runningShare }) => runningShare)),
  });
  const ratio = (value) => pairRatios(current.map(value), other.map(value));
  const time = (share) => ratio(({ times }) => percentile(times, share));
  return {
    current: figures(current),
    other: figures(other),
    ratios: {
      p50: time(0.5),
      p95: time(0.95),
      min: time(0),
      frames_per_s: ratio(({ framesPerSecond }) => framesPerSecond),
      cpu_per_s: ratio(({ cpuPerSecond }) => cpuPerSecond),
    },
  };
}

function sceneTable(scene, { current, other, ratios }, slowdown) {
  const build = (name, { p50, p95, min, count, frames_per_s, cpu_per_s }) => [
    name,
    ...[p50, p95, min].map((value) => number(value)),
    number(frames_per_s, 1),
    number(cpu_per_s, 3),
    count,
  ];
  const keys = ['p50', 'p95', 'min', 'frames_per_s', 'cpu_per_s'];
  const ratio = (name, key) => [name, ...keys.map((column) => number(ratios[column][key])), ''];
  const slowed = slowdown > 1 ? `, slowed ${slowdown} times (ran ${number(current.running_share)} of the time)` : '';
  return table(
    `Scene: ${scene}${slowed}`,
    ['', 'p50 ms', 'p95 ms', 'min ms', 'frames/s', 'CPU s/s', 'frames'],
    [
      build('this build', current),
      build('other build', other),
      ratio('ratio, median of rounds', 'median'),
      ratio('ratio, lowest round', 'lowest'),
      ratio('ratio, highest round', 'highest'),
    ],
  );
}

await main(async () => {
  const { against, scenes, json, ...numbers } = readArguments(COMMAND).values;
  const [rounds, seconds, slowdown] = ['rounds', 'seconds', 'slowdown'].map((name) =>
    wholeNumber(name, numbers[name], { least: 1 }),
  );
  const folders = { current: root, other: resolve(against) };
  buildSite(folders);
  await ensureBrowsers(['chromium']);
  const facts = machine();
  const server = await serve({ port: 0, folder: SITE, before: isolate });
  const figures = { machine: facts, slowdown, scenes: {} };
  try {
    for (const scene of scenes ? SCENE_NAMES : SCENE_NAMES.slice(0, 1)) {
      const list = await measureScene(scene, Object.keys(folders), server.url, { rounds, seconds, slowdown });
      figures.scenes[scene] = figuresOf(list);
    }
  } finally {
    await server.close();
  }
  const { where, load } = formatMachine(facts);
  console.log(`\n${where}. ${load}.`);
  for (const [scene, list] of Object.entries(figures.scenes)) console.log(sceneTable(scene, list, slowdown));
  if (json) writeFileSync(resolve(json), `${JSON.stringify(figures, null, 2)}\n`);
});

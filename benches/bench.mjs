// npm run bench: measures the engine's speed and size against its peers in headless Chromium. See its --help.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildAll } from '../scripts/build/all.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { log, main, output, root, UserError } from '../scripts/cli/run.mjs';
import { ensureBrowsers } from '../scripts/setup/browsers.mjs';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/page/serve.mjs';
import { writeDocs, writeSection } from './lib/docs.mjs';
import { figuresOf, ratiosOf } from './lib/figures.mjs';
import { formatMachine, machine } from './lib/machine.mjs';
import { frameTimes, journeyThread, windowThread } from './lib/product.mjs';
import { CHART, ratioChart, ratioSection } from './lib/ratio-docs.mjs';
import { committedRatios, compareRatios, saveRatios } from './lib/ratios.mjs';
import { detectionReport, report } from './lib/report.mjs';
import { buildDetectionSite, buildSite, installContenders, isolate } from './lib/site.mjs';
import { sizes } from './lib/sizes.mjs';
import { benchVideo } from './lib/video.mjs';
import { summary } from './page/statistics.js';

const LANDSCAPE = { width: 1280, height: 720 };
const PORTRAIT = { width: 720, height: 1280 };
const QUALITY = 90;
/** The CPU slowdown with which Lighthouse and DevTools emulate a cheap phone. */
const CPU_SLOWDOWN = 4;
const PEERS = join(root, 'benches', 'node_modules');

const COMMAND = {
  name: 'npm run bench',
  summary:
    'Builds what is missing, then measures speed and size against MediaPipe, TensorFlow.js, Human and ONNX Runtime in\n' +
    'headless Chromium.',
  options: {
    json: {
      value: 'FILE',
      help: 'Writes the figures as nested JSON: `detection.nearfar_ms` is {detection: {nearfar_ms}}',
    },
    docs: { help: 'Writes the figures to docs/PERFORMANCE.md' },
    detection: { help: 'Measures detection only' },
    save: { help: 'Writes the ratios to benches/ratios.json, and to docs/PERFORMANCE.md with a chart' },
    check: { help: 'Fails if a ratio is more than 10 % worse than in benches/ratios.json' },
    quick: { help: 'Measures a tenth, as a smoke test' },
  },
};

/** Runs the benchmark function of one of our pages. */
async function runOnPage(browser, url, name, options) {
  const page = await browser.newPage();
  try {
    page.on('console', (message) => message.type() === 'log' && log(message.text()));
    await page.goto(`${url}${name}.html`);
    const benchmark = name === 'detection' ? 'benchDetection' : 'benchEncoding';
    await page.waitForFunction((key) => key in globalThis, benchmark);
    return await page.evaluate(([key, given]) => globalThis[key](given), [benchmark, options]);
  } finally {
    await page.close();
  }
}

/** The versions of the packages to compare with, by the names of the detectors. */
function peerVersions() {
  const version = (name) => JSON.parse(readFileSync(join(PEERS, name, 'package.json'), 'utf8')).version;
  return {
    tasks_vision: version('@mediapipe/tasks-vision'),
    tfjs_blazeface: version('@tensorflow/tfjs-core'),
    blazeface: version('@tensorflow-models/blazeface'),
    human: version('@vladmandic/human'),
    onnxruntime: version('onnxruntime-web'),
  };
}

/** Measures everything but detection. `rounds`: reduces a number of samples for a quick run */
async function measureProduct(browser, url, site, rounds) {
  const encoding = await runOnPage(browser, url, 'encoding', {
    url: site.scene,
    rounds: rounds(60),
    warmup: 5,
    quality: QUALITY,
  });
  const portrait = await frameTimes(browser, url, { ...PORTRAIT, count: rounds(600) + 60 });
  const landscape = await frameTimes(browser, url, { ...LANDSCAPE, count: rounds(2000) + 1, marks: [100, 2000] });
  const seconds = rounds(10);
  const windows = {
    'default source': await windowThread(browser, url, { ...LANDSCAPE, seconds }),
    video_frame: await windowThread(browser, url, { ...LANDSCAPE, seconds, source: 'video_frame' }),
    "a session's page": await journeyThread(browser, url, { ...PORTRAIT, seconds, slowdown: 1 }),
    'the same, slowed': await journeyThread(browser, url, { ...PORTRAIT, seconds, slowdown: CPU_SLOWDOWN }),
  };
  log(`frames were ${portrait.frame} and ${landscape.frame}`);
  return {
    encoding,
    frames: { '720x1280': summary(portrait.times), '1280x720': summary(landscape.times) },
    memory: landscape.memory,
    thread: Object.fromEntries(
      Object.entries(windows).flatMap(([name, { script, tasks }]) => [
        [`scripts (${name})`, summary(script)],
        [`all tasks (${name})`, summary(tasks)],
      ]),
    ),
    files: sizes(landscape.fetched),
  };
}

/** Times the detectors. `rounds`: as of `measureProduct` */
const measureDetection = (browser, url, site, rounds) =>
  runOnPage(browser, url, 'detection', {
    urls: site.portraits,
    rounds: rounds(60),
    fullRounds: rounds(20),
    warmup: 5,
  });

/** A sentence on the machine and the versions measured. */
function setupSentence({ machine, versions }) {
  const { chromium, rustc, tasks_vision, tfjs_blazeface, blazeface, human, onnxruntime } = versions;
  const { where, load } = formatMachine(machine);
  const tfjs = `TensorFlow.js ${tfjs_blazeface}, blazeface ${blazeface}`;
  const peers = `tasks-vision ${tasks_vision}, ${tfjs}, Human ${human}, ONNX Runtime Web ${onnxruntime}`;
  return `${where}; Chromium ${chromium} headless; ${rustc}; ${peers}. ${load}.`;
}

/** Writes the ratios, their chart and their section in the documents. */
function save(ratios) {
  saveRatios(ratios);
  const saved = committedRatios();
  writeFileSync(join(root, 'docs', CHART), ratioChart(saved));
  writeSection('ratios', ratioSection(saved));
}

/** Compares the ratios with the committed ones. Throws if one has become worse. */
function check(ratios) {
  const committed = committedRatios();
  if (committed.machine.cpu !== ratios.machine.cpu)
    log(`the committed ratios are from another processor, ${committed.machine.cpu}, not ${ratios.machine.cpu}`);
  const { regressions, notes } = compareRatios(committed, ratios);
  for (const note of notes) log(`${note}; npm run bench -- --save writes it`);
  // Shown by GitHub at the top of a run.
  if (process.env.GITHUB_ACTIONS) for (const text of regressions) console.log(`::error title=Regression::${text}`);
  if (regressions.length > 0) throw new UserError(`slower than committed:\n  ${regressions.join('\n  ')}`);
  log('no ratio is more than a tenth worse than the committed one');
}

/** Measures what the options ask for. Returns the details, and Chromium's version. */
async function measureAll({ detection, quick }) {
  const video = detection ? undefined : await benchVideo();
  const site = detection ? await buildDetectionSite() : await buildSite();
  const rounds = (count) => Math.max(Math.round(count * (quick ? 0.1 : 1)), 3);
  // Human runs in a frame.
  const server = await serve({ port: 0, folder: site.folder, before: isolate, connect: "'self'" });
  const browser = await launchChromium({ video });
  try {
    const details = { detection: await measureDetection(browser, server.url, site, rounds) };
    if (!detection) Object.assign(details, await measureProduct(browser, server.url, site, rounds));
    return { details, chromium: browser.version() };
  } finally {
    await browser.close();
    await server.close();
  }
}

await main(async () => {
  const { json, docs, ...options } = readArguments(COMMAND).values;
  if (docs && options.detection) throw new UserError('--docs writes all figures: it needs a run without --detection');
  await buildAll();
  await installContenders();
  await ensureBrowsers(['chromium']);
  const facts = machine();
  const { details, chromium } = await measureAll(options);
  const setup = {
    machine: facts,
    versions: { chromium, rustc: output('rustc', ['--version']), ...peerVersions() },
  };
  const ratios = { ...setup, ...ratiosOf(details.detection) };
  const figures = options.detection ? ratios : { ...setup, ...figuresOf(details) };
  const tables = options.detection ? detectionReport(details.detection) : report(figures, details);
  console.log(tables);
  if (docs) writeDocs('figures', setupSentence(figures), tables);
  // The clock's resolution is one microsecond.
  const rounded = (_key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  if (json) writeFileSync(resolve(json), `${JSON.stringify(figures, rounded, 2)}\n`);
  if (options.save) save(ratios);
  if (options.check) check(ratios);
});

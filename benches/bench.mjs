// npm run bench: measures the engine's speed and size against its peers in headless Chromium. See its --help.

import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildAll } from '../scripts/build/all.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { log, main, output, root } from '../scripts/cli/run.mjs';
import { ensureBrowsers } from '../scripts/setup/browsers.mjs';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/page/serve.mjs';
import { writeDocs } from './lib/docs.mjs';
import { formatMachine, machine } from './lib/machine.mjs';
import { frameTimes, journeyThread, windowThread } from './lib/product.mjs';
import { report } from './lib/report.mjs';
import { buildSite, installContenders, isolate } from './lib/site.mjs';
import { sizes } from './lib/sizes.mjs';
import { benchVideo } from './lib/video.mjs';
import { summary } from './page/statistics.js';

const LANDSCAPE = { width: 1280, height: 720 };
const PORTRAIT = { width: 720, height: 1280 };
const QUALITY = 90;
/** The CPU slowdown with which Lighthouse and DevTools emulate a cheap phone. */
const CPU_SLOWDOWN = 4;

const COMMAND = {
  name: 'npm run bench',
  summary:
    'Builds what is missing, then measures speed and size against MediaPipe and TensorFlow.js in headless Chromium.',
  options: {
    json: {
      value: 'FILE',
      help: 'Writes the figures as nested JSON: `detection.nearfar_ms` is {detection: {nearfar_ms}}',
    },
    docs: { help: 'Writes the figures to docs/PERFORMANCE.md' },
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

function version(name, folder = root) {
  return JSON.parse(readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8')).version;
}

async function measure(browser, url, site, share) {
  const rounds = (count) => Math.max(Math.round(count * share), 3);
  const detection = await runOnPage(browser, url, 'detection', {
    urls: site.portraits,
    rounds: rounds(60),
    fullRounds: rounds(20),
    warmup: 5,
  });
  const encoding = await runOnPage(browser, url, 'encoding', {
    url: site.scene,
    rounds: rounds(60),
    warmup: 5,
    quality: QUALITY,
  });
  const portrait = await frameTimes(browser, url, { ...PORTRAIT, count: rounds(600) + 60 });
  const landscape = await frameTimes(browser, url, { ...LANDSCAPE, count: 2000 * share + 1, marks: [100, 2000] });
  const seconds = rounds(10);
  const windows = {
    'default source': await windowThread(browser, url, { ...LANDSCAPE, seconds }),
    video_frame: await windowThread(browser, url, { ...LANDSCAPE, seconds, source: 'video_frame' }),
    "a session's page": await journeyThread(browser, url, { ...PORTRAIT, seconds, slowdown: 1 }),
    'the same, slowed': await journeyThread(browser, url, { ...PORTRAIT, seconds, slowdown: CPU_SLOWDOWN }),
  };
  log(`frames were ${portrait.frame} and ${landscape.frame}`);
  return {
    detection,
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

/** The figures as --json writes them. */
function figuresOf({ detection, encoding, frames, thread, memory, files }) {
  const { small, full } = detection;
  const medians = (group) => Object.fromEntries(Object.entries(group).map(([name, { p50 }]) => [`${name}_ms`, p50]));
  const worst = (key) => Math.max(...Object.values(frames).map((times) => times[key]));
  const scripts = (name) => thread[`scripts (${name})`];
  const detectors = (group) => {
    const { relaxed_ms, simd_ms, scalar_ms, ...others } = medians(group);
    return {
      nearfar_ms: relaxed_ms,
      nearfar_p95_ms: group.relaxed.p95,
      nearfar_simd_ms: simd_ms,
      nearfar_scalar_ms: scalar_ms,
      ...others,
      of_tasks_vision: relaxed_ms / others.tasks_vision_ms,
      simd_over_relaxed: simd_ms / relaxed_ms,
      by_minima: {
        of_tasks_vision: group.relaxed.min / group.tasks_vision.min,
        simd_over_relaxed: group.simd.min / group.relaxed.min,
      },
    };
  };
  return {
    detection: {
      ...detectors(full),
      network_input: detectors(small),
      mul_add_over_madd: detection.simd.mul_add.min / detection.simd.madd.min,
    },
    frame: { p50_ms: worst('p50'), p95_ms: worst('p95'), by_size: frames },
    window_thread: {
      p50_ms: scripts('default source').p50,
      p95_ms: scripts('default source').p95,
      all_tasks_p50_ms: thread['all tasks (default source)'].p50,
      video_frame_p50_ms: scripts('video_frame').p50,
      journey_p50_ms: scripts("a session's page").p50,
      journey_slowed_p50_ms: scripts('the same, slowed').p50,
    },
    jpeg: { ...medians(encoding.encoders), psnr_db: encoding.psnr, nearfar_bytes: encoding.encoders.nearfar.bytes },
    bytes: {
      wasm: files.wasm.raw,
      js: files.js.raw,
      model: files.model.raw,
      total: files.total.raw,
      total_gzip: files.total.gzip,
      total_brotli: files.total.brotli,
      by_file: files,
    },
    memory: { after_100: memory[100], after_2000: memory[2000] ?? null },
  };
}

/** A sentence on the machine and the versions measured. */
function setupSentence({ machine, versions }) {
  const { chromium, rustc, tasks_vision, tfjs, blazeface } = versions;
  const { where, load } = formatMachine(machine);
  const peers = `tasks-vision ${tasks_vision}, TensorFlow.js ${tfjs}, blazeface ${blazeface}`;
  return `${where}; Chromium ${chromium} headless; ${rustc}; ${peers}. ${load}.`;
}

await main(async () => {
  const { json, docs, quick } = readArguments(COMMAND).values;
  await buildAll();
  await installContenders();
  await ensureBrowsers(['chromium']);
  const video = await benchVideo();
  const site = await buildSite();
  const server = await serve({ port: 0, folder: site.folder, before: isolate });
  const facts = machine();
  const browser = await launchChromium({ video });
  let details;
  try {
    details = await measure(browser, server.url, site, quick ? 0.1 : 1);
  } finally {
    await browser.close();
    await server.close();
  }
  const figures = {
    machine: facts,
    versions: {
      chromium: browser.version(),
      rustc: output('rustc', ['--version']),
      tasks_vision: version('@mediapipe/tasks-vision'),
      tfjs: details.detection.tfjs,
      blazeface: version('@tensorflow-models/blazeface', join(root, 'benches')),
    },
    ...figuresOf(details),
  };
  const tables = report(figures, details);
  console.log(tables);
  if (docs) writeDocs('figures', setupSentence(figures), tables);
  // The clock's resolution is one microsecond.
  const rounded = (_key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);
  if (json) writeFileSync(resolve(json), `${JSON.stringify(figures, rounded, 2)}\n`);
});

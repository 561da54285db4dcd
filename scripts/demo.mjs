// npm run demo: runs the page headless with a video as the camera. See its --help.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { videoSize } from '../tests/testkit/browser/video-file.mjs';
import { recordEvents } from '../tests/testkit/page/event-log.mjs';
import { serve } from '../tests/testkit/page/serve.mjs';
import { buildAll } from './build/all.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { log, main } from './cli/run.mjs';
import { ensureBrowsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run demo',
  summary:
    'Runs the page in headless Chromium with a video as the camera, and writes far.jpg, near.jpg, audit-1.jpg and so on,\n' +
    'contact-sheet.jpg and capture.json. Exits with status 0 only if both frames were captured.',
  options: {
    video: { value: 'FILE', help: 'The video: .y4m or .mjpeg', required: true },
    out: { value: 'DIR', help: 'The output folder; created if missing', required: true },
    seconds: { value: 'N', help: 'How long to wait for the capture to end', default: '60' },
  },
};
/** Interval of the screenshots for the contact sheet. */
const SCREENSHOT_INTERVAL_MS = 500;

function readOptions() {
  const { values } = readArguments(COMMAND);
  const seconds = wholeNumber('seconds', values.seconds, { least: 1 });
  return { video: resolve(values.video), out: resolve(values.out), seconds };
}

/** Takes screenshots of the page, each with the phase and instruction at that time. */
async function takeScreenshots(page, events, shots) {
  const client = await page.context().newCDPSession(page);
  client.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
    const last = (name) => events.all(name).at(-1);
    const lines = [last('phase')?.phase ?? 'loading', last('instruction')?.code ?? ''];
    shots.push({ time: metadata.timestamp * 1000, image: Buffer.from(data, 'base64'), lines });
    // Chromium sends the next frame once this one is acknowledged.
    setTimeout(() => client.send('Page.screencastFrameAck', { sessionId }).catch(() => {}), SCREENSHOT_INTERVAL_MS);
  });
  await client.send('Page.startScreencast', { format: 'jpeg', quality: 80, maxWidth: 480, maxHeight: 480 });
}

/** Prints the events of the page as they come. */
function printEvents(events) {
  const start = Date.now();
  const line = (text) => log(`${((Date.now() - start) / 1000).toFixed(1).padStart(5)} s  ${text}`);
  events.onEvent = ({ name, detail }) => {
    if (name === 'phase') line(`phase ${detail.phase}`);
    else if (name === 'instruction')
      line(`${detail.code}${detail.failing.length > 1 ? ` (${detail.failing.join(', ')})` : ''}`);
    else if (name === 'restarted') line(`restarted: ${detail.reason}`);
    else if (name === 'source') line(`frame source ${detail.name}`);
    else if (name === 'error') line(`error ${detail.code}: ${detail.message}`);
  };
}

/** The instructions shown, from the events, for a session that ended without its own list. */
function instructionsOf(eventLog) {
  let phase = 'loading';
  return eventLog.events.flatMap(({ name, detail, at }) => {
    if (name === 'phase') phase = detail.phase;
    return name === 'instruction' ? [{ time: at, phase, code: detail.code, failing: detail.failing }] : [];
  });
}

/** The result of the session: the detail of `finished`, or a result made from the events if it never comes. */
async function sessionResult(events, seconds) {
  try {
    return await events.finished(seconds * 1000);
  } catch {
    const [error] = events.all('error');
    const message = `Not done after ${seconds} s.`;
    return {
      outcome: error ? 'failed' : 'timed_out',
      error: error ?? { name: 'CaptureError', code: 'capture_timeout', message, recoverable: true },
      far: null,
      near: null,
      audit: [],
      instructions: instructionsOf(events),
    };
  }
}

/** Writes the images and capture.json. */
async function writeResult(out, result, shots) {
  const stills = [
    ['far.jpg', result.far],
    ['near.jpg', result.near],
    ...result.audit.map((frame, i) => [`audit-${i + 1}.jpg`, frame]),
  ].filter(([, still]) => still !== null);
  const images = stills.map(([file, { jpeg, ...facts }]) => {
    writeFileSync(join(out, file), jpeg);
    return { file, bytes: jpeg.length, ...facts };
  });
  const { drawContactSheet } = await import('../tests/testkit/page/contact-sheet.mjs');
  const start = shots[0]?.time ?? 0;
  const moments = shots.map(({ time, image, lines }) => ({
    image,
    lines: [`${((time - start) / 1000).toFixed(1)} s`, ...lines],
  }));
  writeFileSync(join(out, 'contact-sheet.jpg'), await drawContactSheet(moments));
  const capture = {
    outcome: result.outcome,
    error: result.error,
    farImageTime: result.far?.time ?? null,
    nearImageTime: result.near?.time ?? null,
    instructions: result.instructions,
    images,
  };
  writeFileSync(join(out, 'capture.json'), `${JSON.stringify(capture, null, 2)}\n`);
}

await main(async () => {
  const { video, out, seconds } = readOptions();
  const { width, height } = videoSize(video);
  mkdirSync(out, { recursive: true });
  await buildAll();
  await ensureBrowsers(['chromium']);
  const server = await serve({ port: 0 });
  const browser = await launchChromium({ video });
  let result;
  const shots = [];
  try {
    // A window with the video's aspect ratio shows the whole video.
    const scale = 800 / Math.max(width, height);
    const viewport = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const page = await browser.newPage({ viewport });
    const events = await recordEvents(page);
    printEvents(events);
    const constraints = { width: { ideal: width }, height: { ideal: height } };
    log(`capturing from ${video} (${width}x${height})`);
    await takeScreenshots(page, events, shots);
    await page.goto(`${server.url}?autostart=1&constraints=${encodeURIComponent(JSON.stringify(constraints))}`);
    result = await sessionResult(events, seconds);
    if (events.pageErrors.length > 0) log(`errors in the page: ${events.pageErrors.join('; ')}`);
  } finally {
    await browser.close();
    await server.close();
  }
  await writeResult(out, result, shots);
  log(`${result.outcome}; see ${out}`);
  if (result.outcome !== 'captured') process.exitCode = 1;
});

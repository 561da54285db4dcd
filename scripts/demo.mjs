// npm run demo: the page, headless, with a video as the camera. See its --help.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/browser/serve.mjs';
import { videoSize } from '../tests/testkit/browser/video-file.mjs';
import { followPage } from '../tests/testkit/page/follow.mjs';
import { buildAll } from './build/all.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { main, say } from './cli/run.mjs';
import { browsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run demo',
  summary:
    'Plays a video as the camera of the page, headless, and writes far.jpg, near.jpg, audit-1.jpg and so on,\n' +
    'contact-sheet.jpg and capture.json. Ends with status 0 only when both frames were captured.',
  options: {
    video: { value: 'FILE', help: 'The video: .y4m or .mjpeg', required: true },
    out: { value: 'DIR', help: 'The folder to write to; made if missing', required: true },
    seconds: { value: 'N', help: 'How long to wait for the capture to end', default: '60' },
  },
};
/** How often the page is photographed for the contact sheet. */
const SHOT_EVERY_MS = 500;

function readOptions() {
  const { values } = readArguments(COMMAND);
  const seconds = wholeNumber('seconds', values.seconds, { least: 1 });
  return { video: resolve(values.video), out: resolve(values.out), seconds };
}

/** Photographs the page now and then, with what it was telling. */
async function photograph(page, log, shots) {
  const client = await page.context().newCDPSession(page);
  client.on('Page.screencastFrame', ({ data, sessionId, metadata }) => {
    const last = (name) => log.all(name).at(-1);
    const lines = [last('phase')?.phase ?? 'loading', last('instruction')?.code ?? ''];
    shots.push({ time: metadata.timestamp * 1000, image: Buffer.from(data, 'base64'), lines });
    // The next one is sent when this one is acknowledged.
    setTimeout(() => client.send('Page.screencastFrameAck', { sessionId }).catch(() => {}), SHOT_EVERY_MS);
  });
  await client.send('Page.startScreencast', { format: 'jpeg', quality: 80, maxWidth: 480, maxHeight: 480 });
}

function report(log) {
  const start = Date.now();
  const line = (text) => say(`${((Date.now() - start) / 1000).toFixed(1).padStart(5)} s  ${text}`);
  log.onEvent = ({ name, detail }) => {
    if (name === 'phase') line(`phase ${detail.phase}`);
    else if (name === 'instruction')
      line(`${detail.code}${detail.failing.length > 1 ? ` (${detail.failing.join(', ')})` : ''}`);
    else if (name === 'restarted') line(`starts again: ${detail.reason}`);
    else if (name === 'source') line(`frames by ${detail.name}`);
    else if (name === 'error') line(`error ${detail.code}: ${detail.message}`);
  };
}

/** What the person was told, for a session that ended without a record of its own. */
function told(log) {
  let phase = 'loading';
  return log.events.flatMap(({ name, detail, at }) => {
    if (name === 'phase') phase = detail.phase;
    return name === 'instruction' ? [{ time: at, phase, code: detail.code, failing: detail.failing }] : [];
  });
}

/** How the session ended: what `finished` tells, or what is known when it never comes. */
async function ending(log, seconds) {
  try {
    return await log.finished(seconds * 1000);
  } catch {
    const [error] = log.all('error');
    const message = `Not done after ${seconds} s.`;
    return {
      outcome: error ? 'failed' : 'timed_out',
      error: error ?? { name: 'CaptureError', code: 'capture_timeout', message, recoverable: true },
      far: null,
      near: null,
      audit: [],
      instructions: told(log),
    };
  }
}

/** Writes the pictures and capture.json. */
async function write(out, result, shots) {
  const stills = [
    ['far.jpg', result.far],
    ['near.jpg', result.near],
    ...result.audit.map((frame, i) => [`audit-${i + 1}.jpg`, frame]),
  ].filter(([, still]) => still !== null);
  const images = stills.map(([file, { jpeg, ...facts }]) => {
    writeFileSync(join(out, file), jpeg);
    return { file, bytes: jpeg.length, ...facts };
  });
  const { contactSheet } = await import('../tests/testkit/page/contact-sheet.mjs');
  const start = shots[0]?.time ?? 0;
  const moments = shots.map(({ time, image, lines }) => ({
    image,
    lines: [`${((time - start) / 1000).toFixed(1)} s`, ...lines],
  }));
  writeFileSync(join(out, 'contact-sheet.jpg'), await contactSheet(moments));
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
  await browsers(['chromium']);
  const server = await serve({ port: 0 });
  const browser = await launchChromium({ video });
  let result;
  const shots = [];
  try {
    // A window of the video's shape, so that all of it is seen.
    const scale = 800 / Math.max(width, height);
    const viewport = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const page = await browser.newPage({ viewport });
    const log = await followPage(page);
    report(log);
    const constraints = { width: { ideal: width }, height: { ideal: height } };
    say(`capturing from ${video} (${width}x${height})`);
    await photograph(page, log, shots);
    await page.goto(`${server.url}?autostart=1&constraints=${encodeURIComponent(JSON.stringify(constraints))}`);
    result = await ending(log, seconds);
    if (log.complaints.length > 0) say(`the page complained: ${log.complaints.join('; ')}`);
  } finally {
    await browser.close();
    await server.close();
  }
  await write(out, result, shots);
  say(`${result.outcome}; see ${out}`);
  if (result.outcome !== 'captured') process.exitCode = 1;
});

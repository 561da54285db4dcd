// Measures the product in the browser: time from frame to instruction in the worker, frames per second, CPU time, memory,
// and the window thread's time.

import { setTimeout as sleep } from 'node:timers/promises';
import { log, UserError } from '../../scripts/cli/run.mjs';
import { slowDown } from './slow-process.mjs';
import { threadTime } from './trace.mjs';

/** Frames before measuring starts: compilation, first allocations, the camera's start. */
const WARM_UP = 60;
const POLL_MS = 500;
/** Before the page's activity is measured: warming up, processing the frames that wait, adapting the rate. */
const SETTLE_MS = 5000;

/** Time limits that no measurement reaches. */
const CONFIG = { session: { stageLimit: 300_000, sessionLimit: 900_000 } };

/** Constraints for the whole frame in exactly this size. */
const exactly = ({ width, height }) => ({ width: { exact: width }, height: { exact: height } });

/** A window that shows the whole frame. */
function viewport({ width, height }) {
  const scale = 800 / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** Opens the page with the camera's frames in this size; it starts by itself. */
export async function openPage(browser, url, { width, height, source }) {
  const page = await browser.newPage({ viewport: viewport({ width, height }) });
  const pageErrors = [];
  page.on('pageerror', (error) => pageErrors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && pageErrors.push(message.text()));
  const fetched = new Set();
  page.on('response', (response) => fetched.add(new URL(response.url()).pathname));
  const constraints = JSON.stringify(exactly({ width, height }));
  const query = new URLSearchParams({ autostart: '1', constraints });
  query.set('config', JSON.stringify(CONFIG));
  if (source) query.set('source', source);
  await page.goto(`${url}page/index.html?${query}`);
  return { page, pageErrors, fetched };
}

/** The page's worker, which has the probe (page/probe.js). */
export async function workerOf({ page, pageErrors }) {
  const worker = page.workers()[0] ?? (await page.waitForEvent('worker', { timeout: 20_000 }).catch(() => null));
  if (!worker) throw new UserError(`the page started no worker: ${pageErrors.join('; ')}`);
  return worker;
}

/** Waits until the worker has processed `count` frames. Throws if no more frames come. */
async function waitForFrames(opened, worker, count, label) {
  let done = -1;
  let idle = 0;
  let logged = 0;
  while (done < count) {
    await sleep(POLL_MS);
    const now = await worker.evaluate(() => globalThis.probe.times.length);
    idle = now === done ? idle + 1 : 0;
    if (idle * POLL_MS > 15_000)
      throw new UserError(`${label}: frames stopped at ${now}: ${opened.pageErrors.join('; ')}`);
    done = now;
    if (done - logged >= 300) {
      logged = done;
      log(`${label}: frame ${done} of ${count}`);
    }
  }
}

/**
 * Runs the page on frames of one size until its worker has processed `count` of them.
 * @returns {Promise<{times: number[], memory: Record<number, number>, frame: string, fetched: string[]}>} `times`: ms
 *   from a frame's arrival in the worker to the end of its processing; `memory`: bytes of wasm memory by number of
 *   frames; `frame`: the type of the frames; `fetched`: the files that the page fetched
 */
export async function frameTimes(browser, url, { width, height, count, marks = [] }) {
  const opened = await openPage(browser, url, { width, height });
  try {
    const worker = await workerOf(opened);
    await worker.evaluate((list) => globalThis.probe.marks.push(...list), marks);
    await waitForFrames(opened, worker, count, `frames of ${width}x${height}`);
    const probe = await worker.evaluate(() => globalThis.probe);
    return { ...probe, times: probe.times.slice(WARM_UP), fetched: [...opened.fetched] };
  } finally {
    await opened.page.close();
  }
}

/** Measures the window thread during a capture, in each frame's time. */
export async function windowThread(browser, url, { width, height, seconds, source }) {
  const opened = await openPage(browser, url, { width, height, source });
  try {
    await opened.page.waitForFunction(() => document.body.dataset.phase === 'far', null, { timeout: 30_000 });
    await opened.page.waitForTimeout(2000);
    log(`window thread, source ${source ?? 'as found'}: ${seconds} s`);
    return await threadTime(browser, opened.page, seconds);
  } finally {
    await opened.page.close();
  }
}

/**
 * Measures the same on a session's page, which shows more and watches the stream; its service is mocked. `slowdown`:
 * the emulated CPU slowdown
 */
export async function journeyThread(browser, url, { width, height, seconds, slowdown }) {
  // Imported late: it needs npm packages, and a new clone has none before the set-up.
  const { openScreen } = await import('../../tests/testkit/page/screens.mjs');
  const page = await browser.newPage({ viewport: viewport({ width, height }) });
  try {
    const options = { constraints: exactly({ width, height }), config: CONFIG };
    await openScreen(page, `${url}page/index.html`, 'camera', 'en', undefined, options);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.waitForTimeout(2000);
    log(`window thread of a session's page, ${slowdown} times slower: ${seconds} s`);
    return await threadTime(browser, page, seconds);
  } finally {
    await page.close();
  }
}

/** The renderer processes of the browser with their CPU seconds. Other pages must be closed. */
async function renderers(devtools) {
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  return processInfo.filter(({ type }) => type === 'renderer');
}

/** Frames processed so far, and seconds of the clock and of the CPU so far. */
async function activitySoFar(worker, devtools) {
  const frames = await worker.evaluate(() => globalThis.probe.times.length);
  const cpu = (await renderers(devtools)).reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  return { frames, cpu, clock: performance.now() / 1000 };
}

/**
 * Measures the running page for some seconds. `slowdown`: how many times its processes are slowed down
 * @returns {Promise<{times: number[], framesPerSecond: number, cpuPerSecond: number, runningShare: number}>} `times`:
 *   as of `frameTimes`; `cpuPerSecond`: CPU seconds of the page's process for each second of the clock;
 *   `runningShare`: the share of the time in which the page's process was allowed to run
 */
export async function pageActivity(browser, url, { width, height, seconds, slowdown }) {
  const opened = await openPage(browser, url, { width, height });
  const devtools = await browser.newBrowserCDPSession();
  let endSlowdown = async () => 1;
  try {
    const worker = await workerOf(opened);
    await opened.page.waitForFunction(() => document.body.dataset.phase === 'far', null, { timeout: 30_000 });
    const pids = (await renderers(devtools)).map(({ id }) => id);
    if (slowdown > 1) endSlowdown = slowDown(pids, slowdown);
    await sleep(SETTLE_MS);
    const before = await activitySoFar(worker, devtools);
    await sleep(1000 * seconds);
    const after = await activitySoFar(worker, devtools);
    const times = await worker.evaluate(
      ([from, to]) => globalThis.probe.times.slice(from, to),
      [before.frames, after.frames],
    );
    if (times.length === 0) throw new UserError(`no frame in ${seconds} s: ${opened.pageErrors.join('; ')}`);
    const clock = after.clock - before.clock;
    return {
      times,
      framesPerSecond: times.length / clock,
      cpuPerSecond: (after.cpu - before.cpu) / clock,
      runningShare: await endSlowdown(),
    };
  } finally {
    await endSlowdown();
    await devtools.detach();
    await opened.page.close();
  }
}

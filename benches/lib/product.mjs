// The product in the browser: time from frame to instruction in its worker, memory, and the window thread's share.

import { say, UserError } from '../../scripts/cli/run.mjs';
import { threadTime } from './trace.mjs';

/** Frames before anything is counted: compiling, first allocations, the camera finding its pace. */
const WARM_UP = 60;
const POLL_MS = 500;

/** No stage may end while it is measured. */
const CONFIG = { session: { stageLimit: 300_000, sessionLimit: 900_000 } };

/** The whole frame, and no other size of it. */
const exactly = ({ width, height }) => ({ width: { exact: width }, height: { exact: height } });

/** A window in which the whole frame is seen. */
function viewport({ width, height }) {
  const scale = 800 / Math.max(width, height);
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

async function openPage(browser, url, { width, height, source }) {
  const page = await browser.newPage({ viewport: viewport({ width, height }) });
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const fetched = new Set();
  page.on('response', (response) => fetched.add(new URL(response.url()).pathname));
  const constraints = JSON.stringify(exactly({ width, height }));
  const query = new URLSearchParams({ autostart: '1', constraints });
  query.set('config', JSON.stringify(CONFIG));
  if (source) query.set('source', source);
  await page.goto(`${url}page/index.html?${query}`);
  return { page, complaints, fetched };
}

async function workerOf({ page, complaints }) {
  const worker = page.workers()[0] ?? (await page.waitForEvent('worker', { timeout: 20_000 }).catch(() => null));
  if (!worker) throw new UserError(`the page started no worker: ${complaints.join('; ')}`);
  return worker;
}

/** Waits until the worker has done `count` frames; stops when they no longer come. */
async function frames(opened, worker, count, label) {
  let done = -1;
  let idle = 0;
  let told = 0;
  while (done < count) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    const now = await worker.evaluate(() => globalThis.probe.times.length);
    idle = now === done ? idle + 1 : 0;
    if (idle * POLL_MS > 15_000)
      throw new UserError(`${label}: frames stopped at ${now}: ${opened.complaints.join('; ')}`);
    done = now;
    if (done - told >= 300) {
      told = done;
      say(`${label}: frame ${done} of ${count}`);
    }
  }
}

/**
 * Runs the page on frames of one size until its worker has done `count` of them.
 * @returns {Promise<{times: number[], memory: Record<number, number>, frame: string, fetched: string[]}>} milliseconds
 *   from the frame's arrival in the worker to the end of all that it led to; bytes of wasm memory after so many
 *   frames; what a frame was; the files that the page fetched
 */
export async function frameTimes(browser, url, { width, height, count, marks = [] }) {
  const opened = await openPage(browser, url, { width, height });
  try {
    const worker = await workerOf(opened);
    await worker.evaluate((list) => globalThis.probe.marks.push(...list), marks);
    await frames(opened, worker, count, `frames of ${width}x${height}`);
    const probe = await worker.evaluate(() => globalThis.probe);
    return { ...probe, times: probe.times.slice(WARM_UP), fetched: [...opened.fetched] };
  } finally {
    await opened.page.close();
  }
}

/** What the window's thread does while a capture runs, per frame of the camera. */
export async function windowThread(browser, url, { width, height, seconds, source }) {
  const opened = await openPage(browser, url, { width, height, source });
  try {
    await opened.page.waitForFunction(() => document.body.dataset.phase === 'far', null, { timeout: 30_000 });
    await opened.page.waitForTimeout(2000);
    say(`window thread, source ${source ?? 'as found'}: ${seconds} s`);
    return await threadTime(browser, opened.page, seconds);
  } finally {
    await opened.page.close();
  }
}

/**
 * The same of a session's page, which shows the person more and looks at how the stream comes; its service is played.
 * `slower`: by how much the page's processor is slowed, as browsers' tools do to show a cheap phone
 */
export async function journeyThread(browser, url, { width, height, seconds, slower }) {
  // Only now: what it imports needs npm packages, and a new clone has none before the set-up.
  const { openScene } = await import('../../tests/testkit/page/screens.mjs');
  const page = await browser.newPage({ viewport: viewport({ width, height }) });
  try {
    const options = { constraints: exactly({ width, height }), config: CONFIG };
    await openScene(page, `${url}page/index.html`, 'camera', 'en', undefined, options);
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
    await page.waitForTimeout(2000);
    say(`window thread of a session's page, ${slower} times slower: ${seconds} s`);
    return await threadTime(browser, page, seconds);
  } finally {
    await page.close();
  }
}

// The time of a page's main thread, from Chromium's own trace.

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata'];

/** Events that run the page's script, or wasm called by it. */
const SCRIPT = new Set([
  'FunctionCall',
  'EvaluateScript',
  'RunMicrotasks',
  'TimerFire',
  'FireAnimationFrame',
  'EventDispatch',
  'HandlePostMessage',
]);

/** Whole tasks of the thread. */
const TASK = new Set(['RunTask', 'ThreadControllerImpl::RunTask']);

/** The camera's frames come at this rate. */
export const FRAME_US = 1_000_000 / 30;

/** The events of the renderer's main thread that the page lives on: the busiest one with script of this page. */
function mainThread(events) {
  const mains = events.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain');
  const of = ({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
  return mains.map(of).reduce((most, list) => (list.length > most.length ? list : most), []);
}

/** Milliseconds in each frame's time that events of these names take; what lies within another counts once. */
export function perFrame(events, names, start, end) {
  const spans = events
    .filter(({ name, ts, dur }) => names.has(name) && dur !== undefined && ts >= start && ts + dur <= end)
    .sort((a, b) => a.ts - b.ts);
  const buckets = new Array(Math.floor((end - start) / FRAME_US)).fill(0);
  let reached = start;
  for (const { ts, dur } of spans) {
    const from = Math.max(ts, reached);
    const to = ts + dur;
    if (to <= from) continue;
    const bucket = Math.floor((from - start) / FRAME_US);
    if (bucket < buckets.length) buckets[bucket] += (to - from) / 1000;
    reached = to;
  }
  return buckets;
}

/**
 * Traces a page for some seconds.
 * @returns {Promise<{script: number[], tasks: number[]}>} milliseconds of the main thread in each 1/30 s: in scripts,
 *   and in tasks of any kind (showing the video among them)
 */
export async function threadTime(browser, page, seconds) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.waitForTimeout(seconds * 1000);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const events = mainThread(traceEvents);
  const times = events.filter(({ ts }) => ts > 0).map(({ ts }) => ts);
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  // The ends of the trace hold its own starting and stopping.
  const [start, end] = [first + 200_000, last - 200_000];
  return { script: perFrame(events, SCRIPT, start, end), tasks: perFrame(events, TASK, start, end) };
}

// Measures the time of a page's main thread from Chromium's trace.

const CATEGORIES = ['devtools.timeline', 'disabled-by-default-devtools.timeline', 'toplevel', '__metadata'];

/** Events that run the page's script, or wasm that it calls. */
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

/** The interval of the camera's frames, µs. */
export const FRAME_US = 1_000_000 / 30;

/** The events of the page's main thread: that of the busiest renderer. */
function mainThread(events) {
  const mains = events.filter((event) => event.name === 'thread_name' && event.args.name === 'CrRendererMain');
  const of = ({ pid, tid }) => events.filter((event) => event.pid === pid && event.tid === tid && event.ph === 'X');
  return mains.map(of).reduce((most, list) => (list.length > most.length ? list : most), []);
}

/** Milliseconds that events with these names take in each frame's time. Nested events count once. */
export function perFrame(events, names, start, end) {
  const spans = events
    .filter(({ name, ts, dur }) => names.has(name) && dur !== undefined && ts >= start && ts + dur <= end)
    .sort((a, b) => a.ts - b.ts);
  const buckets = new Array(Math.floor((end - start) / FRAME_US)).fill(0);
  let counted = start;
  for (const { ts, dur } of spans) {
    const from = Math.max(ts, counted);
    const to = ts + dur;
    if (to <= from) continue;
    const bucket = Math.floor((from - start) / FRAME_US);
    if (bucket < buckets.length) buckets[bucket] += (to - from) / 1000;
    counted = to;
  }
  return buckets;
}

/**
 * Traces a page for some seconds.
 * @returns {Promise<{script: number[], tasks: number[]}>} milliseconds of the main thread in each 1/30 s: in scripts,
 *   and in all tasks, including showing the video
 */
export async function threadTime(browser, page, seconds) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await page.waitForTimeout(seconds * 1000);
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const events = mainThread(traceEvents);
  const times = events.filter(({ ts }) => ts > 0).map(({ ts }) => ts);
  const first = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const last = times.reduce((a, b) => Math.max(a, b), 0);
  // Both ends of the trace contain its own start and stop.
  const [start, end] = [first + 200_000, last - 200_000];
  return { script: perFrame(events, SCRIPT, start, end), tasks: perFrame(events, TASK, start, end) };
}

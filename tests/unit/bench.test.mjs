// The arithmetic of npm run bench and npm run load. The figures depend on the machine and are not tested.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FRAME_US, perFrame } from '../../benches/lib/trace.mjs';
import { interleaved, percentile, summary } from '../../benches/page/statistics.js';
import { compareRates } from '../../benches/service/compare.mjs';
import { slope, summarize } from '../../benches/service/memory.mjs';

test('percentiles use the nearest rank', () => {
  const samples = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
  assert.equal(percentile(samples, 0), 1);
  assert.equal(percentile(samples, 0.5), 5);
  assert.equal(percentile(samples, 0.95), 10);
  assert.deepEqual(summary([3]), { p50: 3, p95: 3, min: 3, count: 1 });
  assert.ok(Number.isNaN(percentile([], 0.5)));
});

test('contenders alternate, and the warm-up does not count', async () => {
  const calls = [];
  const contenders = { a: (item) => calls.push(`a${item}`), b: async (item) => calls.push(`b${item}`) };
  const times = await interleaved(contenders, [1, 2], { rounds: 2, warmup: 1 });
  assert.deepEqual(calls, ['a1', 'b1', 'a2', 'b2', 'b1', 'a1', 'b2', 'a2', 'a1', 'b1', 'a2', 'b2']);
  assert.deepEqual([times.a.length, times.b.length], [4, 4]);
});

test('thread time is split into frames, and nested events count once', () => {
  const event = (name, ts, dur) => ({ name, ts, dur });
  const events = [
    event('FunctionCall', 1000, 3000),
    event('RunMicrotasks', 2000, 1000),
    event('TimerFire', 3500, 1500),
    event('Paint', 10_000, 5000),
    event('FunctionCall', FRAME_US + 1000, 2000),
    event('FunctionCall', 3 * FRAME_US - 500, 10_000),
  ];
  const script = perFrame(events, new Set(['FunctionCall', 'RunMicrotasks', 'TimerFire']), 0, 3 * FRAME_US);
  assert.deepEqual(script, [4, 2, 0]);
});

test('two programs are compared round by round', () => {
  assert.deepEqual(
    compareRates([
      [100, 10, 50],
      [200, 30, 50],
    ]),
    { other: 50, this: 50, ratio: 2, least: 1, greatest: 3 },
  );
});

test('the slope of memory is that after the start-up', () => {
  assert.equal(
    slope([
      [0, 5],
      [1, 7],
      [2, 9],
    ]),
    2,
  );
  // Grows by a megabyte until second 600, then by 1 kB in ten seconds.
  const samples = Array.from({ length: 361 }, (_, index) => {
    const kilobytes = index < 60 ? 20_000 + (1024 * index) / 60 : 21_024 + (index - 60);
    return [10 * index, kilobytes, kilobytes / 2, kilobytes, 50 * index];
  });
  const { seconds, start_up_seconds, sessions, rss, anon } = summarize(samples);
  assert.deepEqual([seconds, start_up_seconds, sessions], [3600, 600, 18_000]);
  assert.deepEqual(rss, { started: 21_024, middle: 21_144, last: 21_324, slope_kb_per_hour: 360 });
  assert.equal(anon.slope_kb_per_hour, 180);
});

// Medians and percentiles of measured times; used by the pages and by the command alike.

/** The value below which `share` (0 to 1) of the sorted samples lie, by the nearest rank. */
export function percentile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? Number.NaN;
}

/** Median, 95th percentile, least, and how many there are. */
export function summary(samples) {
  return {
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    min: percentile(samples, 0),
    count: samples.length,
  };
}

/**
 * Times the contenders in turns, so that whatever else the machine does hits all of them alike.
 * @param {Record<string, (item) => unknown>} contenders what to time, awaited when it returns a promise
 * @param {unknown[]} items what each is given, one after the other
 * @param {{rounds: number, warmup: number, say?: (text: string) => void}} options
 * @returns {Promise<Record<string, number[]>>} milliseconds of every call but those of the warm-up
 */
export async function interleaved(contenders, items, { rounds, warmup, say = () => {} }) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    // Every round starts with another contender: nobody is always the one after a slow one.
    const order = names.map((_, i) => names[(i + round + warmup) % names.length]);
    for (const item of items) {
      for (const name of order) {
        const start = performance.now();
        const result = contenders[name](item);
        if (result instanceof Promise) await result;
        const time = performance.now() - start;
        if (round >= 0) times[name].push(time);
      }
    }
    if (round % 10 === 9) say(`round ${round + 1} of ${rounds}`);
    // Lets the browser do what it has put off.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return times;
}

// Medians and percentiles of measured times, for the pages and the command.

/** The nearest-rank percentile: `share` (0 to 1) of the samples are at most this value. */
export function percentile(samples, share) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1] ?? Number.NaN;
}

/** Median, 95th percentile, minimum and number of the samples. */
export function summary(samples) {
  return {
    p50: percentile(samples, 0.5),
    p95: percentile(samples, 0.95),
    min: percentile(samples, 0),
    count: samples.length,
  };
}

/**
 * Times the contenders alternately, so that other load on the machine affects all of them equally.
 * @param {Record<string, (item) => unknown>} contenders the functions to time; returned promises are awaited
 * @param {unknown[]} items the inputs, in this order
 * @param {{rounds: number, warmup: number, log?: (text: string) => void}} options
 * @returns {Promise<Record<string, number[]>>} milliseconds of every call after the warm-up
 */
export async function interleaved(contenders, items, { rounds, warmup, log = () => {} }) {
  const names = Object.keys(contenders);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = -warmup; round < rounds; round++) {
    // Every round starts with another contender, so that none always follows a slow one.
    const order = names.map((_, i) => names[(i + round + warmup) % names.length]);
    for (const item of items) {
      for (const name of order) {
        const start = performance.now();
        const result = contenders[name](item);
        // Promises of a frame are no instances of this page's class.
        if (typeof result?.then === 'function') await result;
        const time = performance.now() - start;
        if (round >= 0) times[name].push(time);
      }
    }
    if (round % 10 === 9) log(`round ${round + 1} of ${rounds}`);
    // Lets the browser run pending work.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return times;
}

/**
 * Ratios of one contender's times to those of others. Samples with the same index are of the same picture and round.
 * @param {string} name the one contender
 * @param {Record<string, number[]>} times as `interleaved` returns them
 * @param {string[]} others names; those without times are left out
 * @returns {Record<string, {median: number, minima: number}>} `median`: of the ratios of each round; `minima`: the ratio
 *   of the shortest times, which other load on the machine affects least
 */
export function ratiosTo(name, times, others) {
  const own = times[name];
  const ratios = (list) => ({
    median: percentile(
      own.map((time, i) => time / list[i]),
      0.5,
    ),
    minima: percentile(own, 0) / percentile(list, 0),
  });
  return Object.fromEntries(others.filter((other) => times[other]).map((other) => [other, ratios(times[other])]));
}

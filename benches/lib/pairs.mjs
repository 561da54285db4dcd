// Measures contenders alternately, and their ratios round by round.

import { percentile } from '../page/statistics.js';

/**
 * Measures each name once a round. Every other round runs in reverse (ABBA), so that a machine that gets slower or
 * faster meanwhile affects all alike.
 * @returns {Promise<Record<string, unknown[]>>} what `measure` returned in each round
 */
export async function alternate(names, rounds, measure) {
  const results = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 === 0 ? names : names.toReversed()) results[name].push(await measure(name, round));
  return results;
}

/** The ratios of two lists, round by round: the median, the lowest and the highest. */
export function pairRatios(ours, theirs) {
  const ratios = ours.map((value, round) => value / theirs[round]);
  return { median: percentile(ratios, 0.5), lowest: percentile(ratios, 0), highest: percentile(ratios, 1) };
}

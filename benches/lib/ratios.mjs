// The committed ratios of our detection times to those of other packages, and what has become worse since.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/cli/run.mjs';

const FILE = join(root, 'benches', 'ratios.json');

/** How much worse a ratio may become. */
export const TOLERANCE = 0.1;

/** The series of the detection benchmark, by the size of their pictures. */
export const SERIES = { small: '128x128', full: '1280x720' };

/**
 * @typedef {object} Ratios
 * @property {object} machine
 * @property {Record<string, string>} versions of Chromium and the packages
 * @property {Record<string, Record<string, {median: number, minima: number}>>} ratios by the size of the pictures and
 *   the package: our time as a share of its time
 * @property {Record<string, Record<string, string>>} failed the packages that could not be compared, with the reasons
 */

/** The ratios as committed. */
export function committedRatios() {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

/** Rounds the ratios, since further digits differ on every run. */
const rounded = (_key, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value);

/** Writes the ratios to the file that is committed. */
export function saveRatios(ratios) {
  writeFileSync(FILE, `${JSON.stringify(ratios, rounded, 2)}\n`);
}

/** Every ratio with its series and package. */
const listed = ({ ratios }) =>
  Object.entries(ratios).flatMap(([series, list]) =>
    Object.entries(list).map(([peer, ratio]) => ({ series, peer, ratio })),
  );

const format = ({ median, minima }) => `${median.toFixed(3)} (minima: ${minima.toFixed(3)})`;

/**
 * Compares the measured ratios with the committed ones. A ratio is worse only if its median and that of the minima both
 * are: other load on the machine changes one of them more often than both.
 * @param {Ratios} committed
 * @param {Ratios} measured
 * @returns {{regressions: string[], notes: string[]}} sentences; `regressions`: ratios that are worse by more than
 *   TOLERANCE, or that could not be measured; `notes`: ratios without a committed value
 */
export function compareRatios(committed, measured) {
  const regressions = [];
  for (const { series, peer, ratio } of listed(committed)) {
    const now = measured.ratios[series]?.[peer];
    if (now === undefined) {
      const reason = measured.failed[series]?.[peer] ?? 'was not measured';
      regressions.push(`${peer}, ${series}: no ratio, since it ${reason}; committed: ${format(ratio)}`);
      continue;
    }
    const isWorse = (key) => now[key] > ratio[key] * (1 + TOLERANCE);
    if (isWorse('median') && isWorse('minima')) {
      const percent = `${Math.round((now.median / ratio.median - 1) * 100)} % worse`;
      regressions.push(`${peer}, ${series}: ${format(now)} of its time, committed: ${format(ratio)}, ${percent}`);
    }
  }
  const notes = listed(measured)
    .filter(({ series, peer }) => committed.ratios[series]?.[peer] === undefined)
    .map(({ series, peer, ratio }) => `${peer}, ${series}: ${format(ratio)} of its time, nothing committed`);
  return { regressions, notes };
}

// The committed ratios as a chart and a table for docs/PERFORMANCE.md.

import { barChart } from './bar-chart.mjs';
import { formatMachine } from './machine.mjs';
import { SERIES } from './ratios.mjs';

/** The chart's file in docs/. */
export const CHART = 'detection.svg';

/** The names of the packages, each with the key of its version. */
const PACKAGES = {
  tasks_vision: 'MediaPipe tasks-vision',
  onnxruntime: 'ONNX Runtime Web',
  tfjs_blazeface: 'TensorFlow.js blazeface',
  human: 'Human (256x256 network)',
};

const series = Object.entries(SERIES).toReversed();
const times = (ratio) => `${(1 / ratio).toFixed(1)} times`;

/** The packages that were measured. */
const measured = ({ ratios }) =>
  Object.keys(PACKAGES).filter((name) => Object.values(ratios).some((list) => list[name] !== undefined));

/** Returns the chart as SVG: the time of each package in times of ours. */
export function ratioChart(saved) {
  const rows = measured(saved).flatMap((name) =>
    series.flatMap(([part, size]) => {
      const ratio = saved.ratios[size][name]?.median;
      return ratio === undefined
        ? []
        : [{ name: PACKAGES[name], values: { [part]: 1 / ratio }, text: times(ratio), size }];
    }),
  );
  const own = series.map(([part]) => ({ name: 'nearfar', values: { [part]: 1 }, text: '1', size: '' }));
  return barChart({
    title: "Time to find a face, in times of nearfar's time",
    description: rows.map(({ name, size, text }) => `${name}, ${size} pictures: ${text}`).join('; '),
    parts: Object.fromEntries(series.map(([part, size]) => [part, `${size} pictures`])),
    rows: [...own, ...rows],
  });
}

/** The section of the document: chart, table, and what was measured. */
export function ratioSection(saved) {
  const { machine, versions, ratios, failed } = saved;
  const cell = (size, name, key) => ratios[size]?.[name]?.[key].toFixed(2) ?? '-';
  const heads = series.flatMap(([, size]) => [`${size}, median`, `${size}, minima`]);
  const rows = measured(saved).map((name) => [
    `${PACKAGES[name]} ${versions[name]}`,
    ...series.flatMap(([, size]) => [cell(size, name, 'median'), cell(size, name, 'minima')]),
  ]);
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const reasons = Object.entries(failed).flatMap(([size, list]) =>
    Object.entries(list).map(([name, reason]) => `${PACKAGES[name]}, ${size}, could not be compared: it ${reason}.`),
  );
  return [
    `![Bars: the time of each package to find a face, in times of nearfar's](${CHART})`,
    '',
    line(["nearfar's time as a share of the time of", ...heads]),
    `|---|${heads.map(() => '---:|').join('')}`,
    ...rows.map(line),
    '',
    `${formatMachine(machine).where}; Chromium ${versions.chromium} headless.`,
    ...reasons,
  ].join('\n');
}

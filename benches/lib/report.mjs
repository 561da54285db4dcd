// Formats the figures as tables.

import { GOAL_BYTES } from '../../scripts/build/engine.mjs';
import { SERIES } from './ratios.mjs';

export const number = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : '-');

/** A title and aligned columns: the first left-aligned, all others right-aligned. */
export function table(title, head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) =>
    `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ')}`;
  return ['', title, ...cells.map(line)].join('\n');
}

const timeRow = (name, { p50, p95, min, count }) => [name, number(p50), number(p95), number(min), count];
const TIME_HEAD = ['', 'p50 ms', 'p95 ms', 'min ms', 'samples'];

/** One row for each target: by the medians, by the minima (more reliable on a busy machine), and the target. */
function targets({ detection, window_thread, bytes, memory }) {
  const { network_input } = detection;
  // A quick measurement has fewer frames.
  const growth = memory.after_2000 === null ? '-' : memory.after_2000 - memory.after_100;
  const row = (name, { of_tasks_vision, by_minima }, target) => [
    name,
    number(of_tasks_vision),
    number(by_minima.of_tasks_vision),
    target,
  ];
  return [
    row('detection / tasks-vision, frames', detection, '<= 0.33'),
    row('detection / tasks-vision, 128x128', network_input, ''),
    [
      'plain simd128 / relaxed, 128x128',
      number(network_input.simd_over_relaxed),
      number(network_input.by_minima.simd_over_relaxed),
      '>= 1.40',
    ],
    ['window thread, ms a frame', number(window_thread.p50_ms), '', '< 1'],
    ['engine wasm, bytes', bytes.wasm, '', `< ${GOAL_BYTES}`],
    ['wasm + JS + model, brotli bytes', bytes.total_brotli, '', '< 350000'],
    ['memory growth, frames 100 to 2000', growth, '', '0'],
  ];
}

/** A table of times. */
const timeTable = (title, times) =>
  table(
    title,
    TIME_HEAD,
    Object.entries(times).map((row) => timeRow(...row)),
  );

/** Our time as a share of each package's time: the median of the rounds' ratios, and the ratio of the minima. */
function ratioTable({ ratios, failed }) {
  const parts = Object.entries(SERIES).toReversed();
  const names = new Set(parts.flatMap(([part]) => Object.keys(ratios[part])));
  const rows = [...names].map((name) => [
    name,
    ...parts.flatMap(([part]) => ['median', 'minima'].map((key) => number(ratios[part][name]?.[key], 3))),
  ]);
  const head = ["nearfar's time / time of", ...parts.flatMap(([, size]) => [`${size} median`, 'minima'])];
  const reasons = parts.flatMap(([part, size]) =>
    Object.entries(failed[part]).map(([name, reason]) => `  ${name}, ${size}, could not be compared: it ${reason}`),
  );
  return [table('Ratios of detection times', head, rows), ...reasons].join('\n');
}

/** The report on detection. */
export function detectionReport(detection) {
  return [
    timeTable('Detection, 128x128 pictures', detection.small),
    timeTable('Detection, 1280x720 pictures', detection.full),
    ratioTable(detection),
    timeTable('12 million multiplications and additions of four lanes', detection.simd),
  ].join('\n');
}

/** The whole report. */
export function report(figures, { detection, encoding, frames, thread, files }) {
  const kinds = Object.entries(files).map(([kind, { raw, gzip, brotli }]) => [kind, raw, gzip, brotli]);
  return [
    detectionReport(detection),
    timeTable('Frame to instruction, in the worker', frames),
    timeTable('Window thread in each 1/30 s', thread),
    table(
      'JPEG of 720x1280, quality 90',
      [...TIME_HEAD, 'bytes'],
      Object.entries(encoding.encoders).map(([name, times]) => [...timeRow(name, times), times.bytes]),
    ),
    table('Bytes that a visitor loads', ['', 'raw', 'gzip', 'brotli'], kinds),
    table('Targets', ['', 'medians', 'minima', 'target'], targets(figures)),
  ].join('\n');
}

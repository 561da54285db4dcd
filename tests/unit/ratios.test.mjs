// The ratios of npm run bench: their arithmetic, the comparison with the committed ones, and the documents made from
// them.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHART, ratioChart, ratioSection } from '../../benches/lib/ratio-docs.mjs';
import { committedRatios, compareRatios, SERIES } from '../../benches/lib/ratios.mjs';
import { ratiosTo } from '../../benches/page/statistics.js';
import { root } from '../../scripts/cli/run.mjs';

const read = (...path) => readFileSync(join(root, ...path), 'utf8');

/** Ratios of one series. */
const measurement = (medians, failed = {}) => ({
  ratios: {
    '1280x720': Object.fromEntries(Object.entries(medians).map(([peer, median]) => [peer, { median, minima: median }])),
  },
  failed: { '1280x720': failed },
});

const committed = measurement({ tasks_vision: 0.3, onnxruntime: 0.5 });

test('a ratio is the median of the ratios of each round, and that of the minima', () => {
  const times = { ours: [1, 2, 30], peer: [2, 8, 30], slow: [10, 10, 10] };
  assert.deepEqual(ratiosTo('ours', times, ['peer', 'slow', 'absent']), {
    peer: { median: 0.5, minima: 0.5 },
    slow: { median: 0.2, minima: 0.1 },
  });
});

test('equal, better and slightly worse ratios pass', () => {
  for (const onnxruntime of [0.5, 0.2, 0.54, 0.55]) {
    const measured = measurement({ tasks_vision: 0.3, onnxruntime });
    assert.deepEqual(compareRatios(committed, measured), { regressions: [], notes: [] }, `${onnxruntime}`);
  }
});

test('every ratio that is more than a tenth worse is named', () => {
  const one = compareRatios(committed, measurement({ tasks_vision: 0.3, onnxruntime: 0.556 }));
  assert.deepEqual(one.regressions, [
    'onnxruntime, 1280x720: 0.556 (minima: 0.556) of its time, committed: 0.500 (minima: 0.500), 11 % worse',
  ]);
  const both = compareRatios(committed, measurement({ tasks_vision: 0.6, onnxruntime: 0.6 }));
  assert.equal(both.regressions.length, 2);
  assert.match(both.regressions[0], /^tasks_vision, 1280x720: .*100 % worse/);
});

test('a ratio is worse only if its median and that of the minima both are', () => {
  for (const ratio of [
    { median: 0.9, minima: 0.5 },
    { median: 0.5, minima: 0.9 },
  ]) {
    const measured = measurement({ tasks_vision: 0.3 });
    measured.ratios['1280x720'].onnxruntime = ratio;
    assert.deepEqual(compareRatios(committed, measured).regressions, []);
  }
});

test('a package that can no longer be compared is a regression, with the reason', () => {
  const { regressions } = compareRatios(
    committed,
    measurement({ tasks_vision: 0.3 }, { onnxruntime: 'finds 2 faces' }),
  );
  assert.deepEqual(regressions, [
    'onnxruntime, 1280x720: no ratio, since it finds 2 faces; committed: 0.500 (minima: 0.500)',
  ]);
  const silent = compareRatios(committed, { ratios: {}, failed: {} }).regressions;
  assert.equal(silent.length, 2);
  assert.match(silent[0], /was not measured/);
});

test('a new package is a note, not a regression', () => {
  const measured = measurement({ tasks_vision: 0.3, onnxruntime: 0.5, human: 0.1 });
  assert.deepEqual(compareRatios(committed, measured), {
    regressions: [],
    notes: ['human, 1280x720: 0.100 (minima: 0.100) of its time, nothing committed'],
  });
});

test('the committed ratios cover both series and every package of benches/package.json', () => {
  const { ratios, failed, versions, machine } = committedRatios();
  assert.deepEqual(Object.keys(ratios).toSorted(), Object.values(SERIES).toSorted());
  const packages = {
    tasks_vision: '@mediapipe/tasks-vision',
    tfjs_blazeface: '@tensorflow/tfjs-core',
    human: '@vladmandic/human',
    onnxruntime: 'onnxruntime-web',
  };
  const { dependencies } = JSON.parse(read('benches', 'package.json'));
  for (const [peer, name] of Object.entries(packages)) {
    assert.equal(versions[peer], dependencies[name], `${name}: npm run bench -- --save`);
    for (const [size, list] of Object.entries(ratios))
      assert.ok(list[peer]?.median > 0 || failed[size][peer], `${peer}, ${size}`);
  }
  assert.match(machine.date, /^\d{4}-\d{2}-\d{2}$/);
});

test('chart and table in the documents show the committed ratios', () => {
  const saved = committedRatios();
  assert.equal(read('docs', CHART), ratioChart(saved), 'npm run bench -- --save writes both');
  const section = `<!-- ratios -->\n${ratioSection(saved)}\n<!-- /ratios -->`;
  assert.ok(read('docs', 'PERFORMANCE.md').includes(section), 'npm run bench -- --save writes both');
});

test('the chart has a title, the figures as text, and colours for both themes', () => {
  const saved = {
    ...measurement({ tasks_vision: 0.25 }, { human: 'finds no face' }),
    machine: { date: '2026-12-01', cpu: 'CPU', cores: 2, memory_gb: 8 },
    versions: { chromium: '1', tasks_vision: '2' },
  };
  saved.ratios['128x128'] = { tasks_vision: { median: 0.5, minima: 0.4 } };
  const svg = ratioChart(saved);
  assert.match(svg, /<title id="title">Time to find a face/);
  assert.match(
    svg,
    /<desc id="description">[^<]*tasks-vision, 1280x720 pictures: 4.0 times; [^<]*128x128 pictures: 2.0 times</,
  );
  assert.match(svg, /prefers-color-scheme: dark/);
  const widths = [...svg.matchAll(/class="(small|full)" x="\S+" y="\d+" width="([\d.]+)" height="20"/g)];
  assert.deepEqual(
    widths.map(([, part, width]) => [part, Number(width)]).filter(([, width]) => width > 0),
    [
      ['full', 90],
      ['small', 90],
      ['full', 360],
      ['small', 180],
    ],
  );
  const section = ratioSection(saved);
  assert.match(section, /\| MediaPipe tasks-vision 2 \| 0\.25 \| 0\.25 \| 0\.50 \| 0\.40 \|/);
  assert.match(section, /Human .*, 1280x720, could not be compared: it finds no face\./);
});

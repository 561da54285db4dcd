// The Grafana dashboard and the Prometheus alerts against docs/OBSERVABILITY.md, whose table of metrics a test of the
// service compares with the code.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

const read = (path) => readFileSync(join(root, path), 'utf8');
const DOCUMENT = read('docs/OBSERVABILITY.md');
const ALERTS = read('deploy/observability/alerts.yml');
const DASHBOARD = JSON.parse(read('deploy/observability/dashboard.json'));

/** The labels of each metric, with those that Prometheus adds to histograms. */
const METRICS = new Map();
for (const [, name, kind, labels] of DOCUMENT.matchAll(/^\| `(nearfar_\w+)` \| (\w+) \|([^|]*)\|/gm)) {
  const own = [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label);
  const series = kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
  for (const each of series) METRICS.set(each, each.endsWith('_bucket') ? [...own, 'le'] : own);
}

const alerts = [...ALERTS.matchAll(/- alert: (\w+)\n\s+expr: '(.*)'\n/g)].map(([, name, expression]) => ({
  name,
  expression: expression.replaceAll("''", "'"),
}));
const panels = DASHBOARD.panels.filter((panel) => panel.type !== 'row');
const expressions = [
  ...alerts.map(({ expression }) => expression),
  ...panels.flatMap((panel) => panel.targets.map((target) => target.expr)),
];

test('dashboard and alerts have expressions', () => {
  assert.equal(alerts.length, ALERTS.match(/- alert:/g).length);
  assert.ok(alerts.length >= 10 && panels.length >= 15);
  assert.ok(panels.every((panel) => panel.targets.length > 0));
});

test('dashboard and alerts use only metrics and labels that exist', () => {
  for (const expression of expressions) {
    const used = [...expression.matchAll(/\b(nearfar_\w+)(?:\{([^}]*)\})?/g)];
    for (const [, name, selector = ''] of used) {
      assert.ok(METRICS.has(name), `${name} in ${expression}`);
      for (const [, label] of selector.matchAll(/(\w+)\s*[=!]/g))
        assert.ok(METRICS.get(name).includes(label), `${label} of ${name} in ${expression}`);
    }
    const grouping = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => list.split(/,\s*/));
    for (const label of grouping)
      assert.ok(
        used.some(([, name]) => METRICS.get(name).includes(label)),
        `${label} in ${expression}`,
      );
  }
});

test('the dashboard shows every metric', () => {
  const shown = panels.flatMap((panel) => panel.targets.map((target) => target.expr)).join('\n');
  const histogram = /_(bucket|sum|count)$/;
  const missing = [...METRICS.keys()].filter((name) => !shown.includes(name.replace(histogram, '')));
  assert.deepEqual(missing, []);
});

test('every legend names a label of its expression', () => {
  for (const { targets } of panels)
    for (const { expr, legendFormat } of targets)
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
        assert.match(expr, new RegExp(`by \\([^)]*\\b${label}\\b`), legendFormat);
});

test('every alert has its section in the document, and every section its alert', () => {
  const sections = [...DOCUMENT.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);
  assert.deepEqual(
    alerts.map(({ name }) => name),
    sections,
  );
  for (const { name } of alerts) assert.ok(ALERTS.includes(`/docs/observability/#${name.toLowerCase()}\n`), name);
});

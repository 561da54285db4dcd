// More time: the configuration of the engine, and the larger oval.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { pageModule } from '../testkit/page/page-module.mjs';

const { enlarge, RELAXED, relaxedConfig } = await pageModule('capture/more-time.ts');
/** The defaults in docs/SESSION.md, which a test of the engine compares with its code. */
const DEFAULTS = new Map(
  [...readFileSync(join(root, 'docs', 'SESSION.md'), 'utf8').matchAll(/^\| `([\w.]+)` \| ([\d.]+) \|$/gm)].map(
    ([, name, value]) => [name, Number(value)],
  ),
);
const settingAt = (config, path) => path.split('.').reduce((part, name) => part?.[name], config);

test('every relaxed setting starts from the documented default and stays in its range', () => {
  for (const [path, { base, min, max }] of Object.entries(RELAXED)) {
    assert.equal(base, DEFAULTS.get(path), path);
    const value = settingAt(relaxedConfig(undefined), path);
    assert.ok(value >= min && value <= max, `${path}: ${value}`);
  }
});

test('stages and session are at least three times as long', () => {
  const { session } = relaxedConfig(undefined);
  assert.deepEqual([session.stageLimit, session.sessionLimit], [200_000, 900_000]);
});

test('near faces still are 1.55 times as wide as far ones, and the scorer accepts them with room to spare', () => {
  const { far, near, maxYaw } = relaxedConfig(undefined).thresholds;
  assert.ok(near.minSize >= 1.55 * far.maxSize);
  const allowance = 0.2;
  const within = (value, limit) => assert.ok(value <= limit * (1 + allowance / 2) + 1e-9, `${value}, ${limit}`);
  assert.ok(far.minSize >= DEFAULTS.get('thresholds.far.minSize') * (1 - allowance / 2));
  within(far.maxOffset, DEFAULTS.get('thresholds.far.maxOffset'));
  within(near.maxSize, DEFAULTS.get('thresholds.near.maxSize'));
  within(near.maxOffset, DEFAULTS.get('thresholds.near.maxOffset'));
  within(maxYaw, DEFAULTS.get('thresholds.maxYaw'));
});

test("the integrator's own settings are relaxed, and the others kept", () => {
  const given = { auditFrames: 3, session: { stageLimit: 8_000, farHold: 500 }, thresholds: { maxYaw: 10 } };
  const relaxed = relaxedConfig(given);
  assert.equal(relaxed.auditFrames, 3);
  assert.deepEqual([relaxed.session.stageLimit, relaxed.session.farHold], [80_000, 500]);
  assert.ok(Math.abs(relaxed.thresholds.maxYaw - 11) < 1e-9);
  assert.deepEqual(given.session, { stageLimit: 8_000, farHold: 500 }, 'unchanged');
  assert.equal(relaxedConfig({ session: { stageLimit: 60_000 } }).session.stageLimit, 300_000, 'the longest');
});

test('invalid settings are left to the engine, which names them', () => {
  assert.equal(relaxedConfig({ session: { stageLimit: 'long' } }).session.stageLimit, 'long');
  assert.equal(relaxedConfig({ session: { stageLimit: 1 } }).session.stageLimit, 1);
  assert.equal(relaxedConfig('long'), 'long');
});

const video = { clientWidth: 400, clientHeight: 700 };
const center = ({ x, y, width, height }) => [x + width / 2, y + height / 2];

test('the oval grows around its centre', () => {
  const oval = { x: 100, y: 200, width: 200, height: 250 };
  const before = center(oval);
  enlarge(oval, video);
  assert.deepEqual([Math.round(oval.width), Math.round(oval.height)], [224, 280]);
  assert.deepEqual(center(oval).map(Math.round), before);
});

test('the oval stays in the picture, and never shrinks', () => {
  const wide = { x: 15, y: 200, width: 370, height: 300 };
  enlarge(wide, video);
  assert.ok(wide.x >= 8 - 1e-9 && wide.x + wide.width <= 392 + 1e-9, JSON.stringify(wide));
  const atTheEdge = { x: 0, y: 200, width: 200, height: 250 };
  enlarge(atTheEdge, video);
  assert.equal(atTheEdge.width, 200);
});

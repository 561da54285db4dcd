// npm run demo.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadImage } from '@napi-rs/canvas';
import { root } from '../../scripts/cli/run.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';

const FACE = ['x', 'y', 'width', 'height', 'score', 'yaw', 'pitch', 'roll', 'sharpness', 'brightness'];

async function demo(t, scenario, ...more) {
  const out = mkdtempSync(join(tmpdir(), 'nearfar-demo-'));
  t.after(() => rmSync(out, { recursive: true }));
  const video = await scenarioVideo(scenario, 'portrait');
  const command = ['run', '--silent', 'demo', '--', '--video', video, '--out', out, ...more];
  const { status, stdout, stderr } = spawnSync('npm', command, { cwd: root, encoding: 'utf8' });
  const written = join(out, 'capture.json');
  assert.ok(existsSync(written), `${stdout}${stderr}`);
  return { status, out, capture: JSON.parse(readFileSync(written, 'utf8')) };
}

test('a video of an approaching face gives both frames', async (t) => {
  const { status, out, capture } = await demo(t, 'far_to_near');
  assert.equal(status, 0);
  assert.equal(capture.outcome, 'captured');
  assert.equal(capture.error, null);
  assert.ok(Number.isInteger(capture.farImageTime) && capture.farImageTime < capture.nearImageTime);
  for (const { time, phase, code, failing } of capture.instructions) {
    assert.ok(time > 1e12 && ['far', 'near'].includes(phase) && code.length > 0 && Array.isArray(failing));
  }
  const audits = capture.images.filter(({ file }) => file.startsWith('audit-'));
  assert.ok(audits.length > 0 && audits.length <= 6);
  for (const { file, width, height, bytes, face } of capture.images) {
    const image = await loadImage(join(out, file));
    assert.deepEqual([image.width, image.height, readFileSync(join(out, file)).length], [width, height, bytes]);
    if (face) assert.deepEqual(Object.keys(face), FACE);
  }
  const [far, near] = ['far.jpg', 'near.jpg'].map((name) => capture.images.find(({ file }) => file === name));
  assert.ok(near.face.width >= 1.5 * far.face.width);
  const sheet = await loadImage(join(out, 'contact-sheet.jpg'));
  assert.ok(sheet.width >= 480);
});

test('a video without a face times out, and capture.json says so', async (t) => {
  const { status, capture } = await demo(t, 'no_face', '--seconds', '8');
  assert.equal(status, 1);
  assert.equal(capture.outcome, 'timed_out');
  assert.equal(capture.error.code, 'capture_timeout');
  assert.equal(capture.instructions[0].code, 'no_face');
});

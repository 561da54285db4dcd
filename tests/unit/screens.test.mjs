// The pictures in docs/screens: one of every screen, small, and in its README with a description.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';
import { CAMERA_SHOTS } from '../testkit/page/camera-shots.mjs';
import { DESCRIPTIONS } from '../testkit/page/screen-descriptions.mjs';
import { SCREENS } from '../testkit/page/screens.mjs';

const FOLDER = join(root, 'docs', 'screens');
const names = [...Object.keys(SCREENS), ...Object.keys(CAMERA_SHOTS)].sort();
const pictures = readdirSync(FOLDER).filter((name) => name.endsWith('.webp'));

test('every screen has a description and a picture', () => {
  assert.deepEqual(Object.keys(DESCRIPTIONS).sort(), names);
  assert.deepEqual(
    names.filter((name) => !pictures.includes(`${name}.webp`)),
    [],
    'npm run gallery -- --docs --screens NAMES',
  );
});

test('every picture is in the README, with an alternative text, and has at most 25 kB', () => {
  const text = readFileSync(join(FOLDER, 'README.md'), 'utf8');
  for (const name of pictures) {
    assert.match(text, new RegExp(`!\\[[^\\]]{20,}\\]\\(${name.replaceAll('.', '\\.')}\\)`), name);
    assert.ok(statSync(join(FOLDER, name)).size <= 25_000, name);
  }
});

// The arithmetic of npm run shipped. The figures depend on the packages and are not tested.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { chart } from '../../benches/shipped/chart.mjs';
import { packageName } from '../../benches/shipped/fetch.mjs';
import { nearfarPackage } from '../../benches/shipped/nearfar.mjs';

test('our package counts scripts, worker, wasm of one build, sealing module, model, and one language', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-shipped-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const marker = (name) => `globalThis.note = '${name.repeat(100)}';`;
  const element = `import './chunk.js'; globalThis.load = (name) => name === 'a'
    ? [import('./liveness-1.js'), import('./en_US-1.js')] : [import('./de_DE-1.js')];`;
  const files = {
    'dist/element.js': element,
    'dist/chunk.js': marker('c'),
    'dist/liveness-1.js': marker('l'),
    'dist/en_US-1.js': marker('e'),
    'dist/de_DE-1.js': marker('d'),
    'dist/worker.js': 'w',
    'dist/assets/nearfar-relaxed.wasm': 'wa',
    'dist/assets/nearfar-scalar.wasm': 'was',
    'dist/assets/nearfar-sealing.wasm': 'wasm',
    'dist/assets/face.bin': 'mode',
  };
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const [scripts, ...others] = await nearfarPackage(folder);
  // Three of the four chunks, a little over 100 bytes each, and the element.
  assert.ok(scripts.raw > 300 && scripts.raw < 700, `${scripts.raw}`);
  assert.ok(scripts.brotli < scripts.raw);
  assert.deepEqual(
    others.map(({ kind, raw }) => [kind, raw]),
    [
      ['worker', 1],
      ['wasm', 2],
      ['wasm', 4],
      ['model', 4],
    ],
  );
});

test('the name of a package precedes its version', () => {
  assert.equal(packageName('@mediapipe/tasks-vision@0.10.35'), '@mediapipe/tasks-vision');
});

test('bars are proportional to bytes, and unknown sizes are marked', () => {
  const piece = (kind, brotli) => ({ kind, name: kind, brotli });
  const svg = chart([
    { name: 'small', pieces: [piece('js', 1000), piece('worker', 1000)] },
    { name: 'large <1>', pieces: [piece('wasm', 8000), piece('model', undefined)] },
  ]);
  const widths = [...svg.matchAll(/class="(\w+)" x="\S+" y="\d+" width="([\d.]+)" height="20"/g)];
  const by = widths.map(([, part, width]) => [part, Number(width)]);
  assert.deepEqual(
    by.filter(([, width]) => width > 0),
    [
      ['scripts', 90],
      ['wasm', 360],
    ],
  );
  assert.match(svg, />2 kB</);
  assert.match(svg, />8 kB \+ model</);
  assert.match(svg, /large &lt;1>/);
});

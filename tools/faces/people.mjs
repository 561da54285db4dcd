// Computes face descriptors of the chips of `face_crops` with the network faceres of npm @vladmandic/human (MIT):
//
//   npm pack @vladmandic/human@3.3.5 && tar xzf vladmandic-human-3.3.5.tgz
//   npm install --no-save @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-converter@4.22.0 @tensorflow/tfjs-backend-wasm@4.22.0
//   node tools/faces/people.mjs CROPS package/models
//
// Writes CROPS/people.f32: for each chip 1024 numbers of norm 1, the estimated sex and the estimated age; zeros for
// chips whose file names identify the person.

import { openSync, readFileSync, readSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { loadGraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';

const CHIP = 256;
const BYTES = CHIP * CHIP * 3;
const NUMBERS = 1024;
const VALUES = NUMBERS + 2;
/** The face within a chip: relative top, left, bottom, right. */
const FACE = [0.21, 0.21, 0.79, 0.79];
const INPUT = 224;
/** Sources whose file names do not identify the person. */
const UNNAMED = /^chandrikadeb7|:/;

const [crops, models] = process.argv.slice(2);
setWasmPaths(dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep);
await tf.setBackend('wasm');
await tf.ready();
const { modelTopology, weightsManifest, format, signature } = JSON.parse(readFileSync(`${models}/faceres.json`, 'utf8'));
const weightData = new Uint8Array(readFileSync(`${models}/faceres.bin`)).buffer;
const weightSpecs = weightsManifest.flatMap((group) => group.weights);
const model = await loadGraphModel({ load: async () => ({ modelTopology, weightSpecs, weightData, format, signature }) });

const records = readFileSync(`${crops}/faces.jsonl`, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter((record) => record.chip !== null);
const out = new Float32Array(records.length * VALUES);
const chips = openSync(`${crops}/chips.rgb`);
const pixels = Buffer.alloc(BYTES);
const selected = records.filter((record) => UNNAMED.test(record.source));
for (const [done, { chip }] of selected.entries()) {
  readSync(chips, pixels, 0, BYTES, chip * BYTES);
  tf.tidy(() => {
    const picture = tf.tensor4d(new Float32Array(pixels), [1, CHIP, CHIP, 3]);
    const results = model.execute(tf.image.cropAndResize(picture, [FACE], [0], [INPUT, INPUT]));
    const values = (length) => results.find((tensor) => tensor.shape[1] === length).dataSync();
    const descriptor = values(NUMBERS);
    const length = Math.hypot(...descriptor) || 1;
    const ages = values(100);
    const sex = values(1)[0];
    out.set([...descriptor.map((value) => value / length), sex, ages.indexOf(Math.max(...ages))], chip * VALUES);
  });
  if ((done + 1) % 250 === 0) console.log(`${done + 1} of ${selected.length}`);
}
writeFileSync(`${crops}/people.f32`, Buffer.from(out.buffer));

// What nearfar sends for one capture: the fastest build of the engine, and English.

import { join } from 'node:path';
import { bundled, fitting } from './pieces.mjs';

/** Chunks on demand that one capture needs. */
const NEEDED = /liveness|nearfar|sealing|en_US/;

/** Of the npm package, unpacked in `folder`: the element's script with what it loads, and the files that it fetches. */
export async function nearfarPackage(folder) {
  // "export", since nothing of a package without side effects is kept for an import alone.
  const element = `export * from ${JSON.stringify(`./${join('dist', 'element.js')}`)};`;
  return [
    await bundled('<nearfar-liveness>', folder, element, { follow: NEEDED }),
    fitting('worker', folder, /^dist\/worker\.js$/),
    fitting('wasm', folder, /relaxed[^/]*\.wasm$/),
    fitting('wasm', folder, /sealing[^/]*\.wasm$/),
    fitting('model', folder, /\.tflite$/),
  ];
}

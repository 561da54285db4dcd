// Lists the files that nearfar sends for one capture, with the fastest build of the engine, in English.

import { join } from 'node:path';
import { bundlePiece, matchingFile } from './pieces.mjs';

/** The chunks on demand that one capture needs. */
const NEEDED = /liveness|nearfar|sealing|en_US/;

/** The element's script with its chunks, and the files that it fetches, from the npm package unpacked in `folder`. */
export async function nearfarPackage(folder) {
  // "export", since bundlers drop a bare import of a package without side effects.
  const element = `export * from ${JSON.stringify(`./${join('dist', 'element.js')}`)};`;
  return [
    await bundlePiece('<nearfar-liveness>', folder, element, { follow: NEEDED }),
    matchingFile('worker', folder, /^dist\/worker\.js$/),
    matchingFile('wasm', folder, /relaxed[^/]*\.wasm$/),
    matchingFile('wasm', folder, /sealing[^/]*\.wasm$/),
    matchingFile('model', folder, /\.bin$/),
  ];
}

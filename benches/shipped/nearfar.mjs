// What nearfar sends for one capture: the fastest build of the engine, and English.

import { join } from 'node:path';
import { bundled, fitting } from './pieces.mjs';

/** Chunks on demand that one capture needs. */
const NEEDED = /relaxed|en_US/;

/** Of the npm package, unpacked in `folder`: the element's script with what it loads, and the files that it fetches. */
export async function nearfarPackage(folder) {
  const element = `import ${JSON.stringify(`./${join('dist', 'element.js')}`)};`;
  return [
    await bundled('<nearfar-liveness>', folder, element, { follow: NEEDED }),
    fitting('worker', folder, /worker[^/]*\.js$/),
    fitting('wasm', folder, /relaxed[^/]*\.wasm$/),
    fitting('model', folder, /\.tflite$/),
  ];
}

/** Of the hosted page, built into `folder`: webpack has bundled and minified it. */
export function nearfarPage(folder) {
  const script = (name, pattern) => ({ ...fitting('js', folder, pattern), name });
  return [
    script('entry', /^page\.\w+\.js$/),
    script('journey', /^www_src_journey_element[^/]*\.js$/),
    script('libraries', /^vendors-[^/]*\.js$/),
    script('glue of the engine', /^pkg_relaxed[^/]*\.js$/),
    script('English', /^www_src_locales_en_US[^/]*\.js$/),
    fitting('css', folder, /^page\.\w+\.css$/),
    fitting('worker', folder, /^www_src_worker[^/]*\.js$/),
    fitting('wasm', folder, /relaxed[^/]*\.wasm$/),
    fitting('model', folder, /\.tflite$/),
  ];
}

// What else captures or finds faces in a browser, and which of its files a visitor gets for that. Why these:
// docs/COMPARISON.md.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/cli/run.mjs';
import { MODEL } from '../../scripts/setup/npm-packages.mjs';
import { bundled, file, fitting, unknown } from './pieces.mjs';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const TASKS_VISION = devDependencies['@mediapipe/tasks-vision'];

/** A package that another one depends on. */
const beside = (folder, name) => join(folder.slice(0, folder.lastIndexOf('node_modules')), 'node_modules', name);

/** The wasm of tasks-vision that browsers with SIMD load, and its glue. */
function visionWasm(folder, host) {
  const wasm = join(folder, 'wasm');
  return [
    file('js', join(wasm, 'vision_wasm_internal.js'), host),
    file('wasm', join(wasm, 'vision_wasm_internal.wasm'), host),
  ];
}

export const PRODUCTS = [
  {
    name: 'Innovatrics DOT',
    spec: '@innovatrics/dot-face-auto-capture@7.6.1',
    // Its licence forbids to change it, so its files count as they were published: of the two builds of the script
    // the smaller one, which is minified.
    pieces: (folder) => [
      file('js', join(folder, 'index.umd.js')),
      fitting('js', join(folder, 'dot-assets', 'face'), /^dot-.*\.js$/),
      file('wasm', join(folder, 'dot-assets', 'face', 'wasm', 'sam_simd.wasm')),
      file('wasm', join(folder, 'dot-assets', 'wasm', 'dot_embedded_bg.wasm')),
    ],
  },
  {
    name: 'Smile ID',
    spec: '@smileid/web-components@11.4.0',
    pieces: async (folder) => [
      await bundled('selfie-capture', folder, "import '@smileid/web-components/selfie-capture';"),
      ...visionWasm(beside(folder, '@mediapipe/tasks-vision'), 'web-models.smileidentity.com'),
      unknown('model', 'face_landmarker.task', 'web-models.smileidentity.com'),
    ],
  },
  {
    name: 'AWS Amplify',
    spec: '@aws-amplify/ui-react-liveness@3.6.8',
    pieces: async (folder) => [
      await bundled(
        'FaceLivenessDetector',
        folder,
        "export { FaceLivenessDetector } from '@aws-amplify/ui-react-liveness';",
        // Whoever uses a React component has React.
        { external: ['react', 'react-dom', 'react/*', 'react-dom/*'] },
      ),
      file('css', join(folder, 'dist', 'styles.css')),
      file(
        'wasm',
        beside(folder, '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm'),
        'cdn.liveness.rekognition.amazonaws.com',
      ),
      unknown('model', 'blazeface 1.0.2', 'cdn.liveness.rekognition.amazonaws.com'),
    ],
  },
  {
    name: 'MediaPipe tasks-vision',
    spec: `@mediapipe/tasks-vision@${TASKS_VISION}`,
    pieces: async (folder) => [
      await bundled('FaceDetector', folder, "export { FaceDetector, FilesetResolver } from '@mediapipe/tasks-vision';"),
      ...visionWasm(folder),
      // It has no model in it; this is the one that nearfar uses too.
      file('model', join(root, MODEL)),
    ],
  },
  {
    name: 'Human',
    spec: '@vladmandic/human@3.3.6',
    pieces: async (folder) => [
      await bundled('Human', folder, "export { Human } from './dist/human.esm.js';"),
      file('model', join(folder, 'models', 'blazeface.json')),
      file('model', join(folder, 'models', 'blazeface.bin')),
    ],
  },
];

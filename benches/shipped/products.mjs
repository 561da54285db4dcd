// The products to compare with, and the files that a visitor downloads for each. docs/COMPARISON.md explains the
// choice.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../scripts/cli/run.mjs';
import { MODEL } from '../../scripts/setup/npm-packages.mjs';
import { bundlePiece, filePiece, matchingFile, unknownPiece } from './pieces.mjs';

const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const TASKS_VISION = devDependencies['@mediapipe/tasks-vision'];

/** The folder of a package's dependency. */
const dependency = (folder, name) => join(folder.slice(0, folder.lastIndexOf('node_modules')), 'node_modules', name);

/** The wasm of tasks-vision for browsers with SIMD, and its glue. */
function visionWasm(folder, host) {
  const wasm = join(folder, 'wasm');
  return [
    filePiece('js', join(wasm, 'vision_wasm_internal.js'), host),
    filePiece('wasm', join(wasm, 'vision_wasm_internal.wasm'), host),
  ];
}

export const PRODUCTS = [
  {
    name: 'Innovatrics DOT',
    spec: '@innovatrics/dot-face-auto-capture@7.6.1',
    // Its licence forbids changes, so its files count as published: of the two builds of the script the smaller, which
    // is minified.
    pieces: (folder) => [
      filePiece('js', join(folder, 'index.umd.js')),
      matchingFile('js', join(folder, 'dot-assets', 'face'), /^dot-.*\.js$/),
      filePiece('wasm', join(folder, 'dot-assets', 'face', 'wasm', 'sam_simd.wasm')),
      filePiece('wasm', join(folder, 'dot-assets', 'wasm', 'dot_embedded_bg.wasm')),
    ],
  },
  {
    name: 'Smile ID',
    spec: '@smileid/web-components@11.4.0',
    pieces: async (folder) => [
      await bundlePiece('selfie-capture', folder, "import '@smileid/web-components/selfie-capture';"),
      ...visionWasm(dependency(folder, '@mediapipe/tasks-vision'), 'web-models.smileidentity.com'),
      unknownPiece('model', 'face_landmarker.task', 'web-models.smileidentity.com'),
    ],
  },
  {
    name: 'AWS Amplify',
    spec: '@aws-amplify/ui-react-liveness@3.6.8',
    pieces: async (folder) => [
      await bundlePiece(
        'FaceLivenessDetector',
        folder,
        "export { FaceLivenessDetector } from '@aws-amplify/ui-react-liveness';",
        // An application with a React component has React already.
        { external: ['react', 'react-dom', 'react/*', 'react-dom/*'] },
      ),
      filePiece('css', join(folder, 'dist', 'styles.css')),
      filePiece(
        'wasm',
        dependency(folder, '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm'),
        'cdn.liveness.rekognition.amazonaws.com',
      ),
      unknownPiece('model', 'blazeface 1.0.2', 'cdn.liveness.rekognition.amazonaws.com'),
    ],
  },
  {
    name: 'MediaPipe tasks-vision',
    spec: `@mediapipe/tasks-vision@${TASKS_VISION}`,
    pieces: async (folder) => [
      await bundlePiece(
        'FaceDetector',
        folder,
        "export { FaceDetector, FilesetResolver } from '@mediapipe/tasks-vision';",
      ),
      ...visionWasm(folder),
      // The package contains no model; this is the one that nearfar's is made from.
      filePiece('model', join(root, MODEL)),
    ],
  },
  {
    name: 'Human',
    spec: '@vladmandic/human@3.3.6',
    pieces: async (folder) => [
      await bundlePiece('Human', folder, "export { Human } from './dist/human.esm.js';"),
      filePiece('model', join(folder, 'models', 'blazeface.json')),
      filePiece('model', join(folder, 'models', 'blazeface.bin')),
    ],
  },
];

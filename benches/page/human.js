// The page of @vladmandic/human, in a frame of the detection page: its copy of TensorFlow.js would share global state
// with the other one. A frame of the same origin runs on the same thread.

import { address, load } from './files.js';

/** What Human can do beside finding faces. */
const OTHER_MODELS = ['body', 'hand', 'object', 'segmentation', 'gesture', 'filter'];
const OTHER_FACE_MODELS = ['mesh', 'attention', 'iris', 'emotion', 'description', 'antispoof', 'liveness', 'gear'];

const disabled = (names) => Object.fromEntries(names.map((name) => [name, { enabled: false }]));

/** Returns a function that finds the faces in an ImageData, each as [left, top, width, height]. */
globalThis.startHuman = async () => {
  const { Human } = await load('human/human.esm.js');
  const detector = new Human({
    backend: 'wasm',
    wasmPath: address('tfjs/'),
    modelBasePath: address('human/'),
    debug: false,
    // Every picture is new: no result is kept.
    cacheSensitivity: 0,
    ...disabled(OTHER_MODELS),
    face: {
      enabled: true,
      detector: { modelPath: 'blazeface.json', rotation: false, return: false, skipFrames: 0, skipTime: 0 },
      ...disabled(OTHER_FACE_MODELS),
    },
  });
  detector.tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  await detector.load();
  return async ({ data, width, height }) => {
    // Human accepts the ImageData of its own frame only. This one has the same pixels, without a copy.
    const { face, error } = await detector.detect(new ImageData(data, width, height));
    if (error) throw new Error(error);
    return face.map(({ box }) => box);
  };
};

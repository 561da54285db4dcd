// Defines the scenarios. A scenario returns the scene at any time; a scene is a list of layers.
//
// A layer shows the photograph of a person: `size` is the width of the face box, and `x`, `y` the distance of its
// middle from the oval's target (right and down in the camera's unmirrored picture), all three as shares of the video's
// short side. `roll` rotates it (degrees clockwise); `light` multiplies the brightness; `blur` is a Gaussian sigma as a
// share of the face box; `mask` covers mouth and nose.

/** Face sizes that fit the far and the near stage. */
export const FAR_SIZE = 0.28;
export const NEAR_SIZE = 0.65;

const far = { photo: 'man', size: FAR_SIZE };
const near = { photo: 'man', size: NEAR_SIZE };

/** Rises from 0 to 1 between two times, with a smooth start and end. */
function ease(t, from, to) {
  const x = Math.min(Math.max((t - from) / (to - from), 0), 1);
  return x * x * (3 - 2 * x);
}

/** Moves from -1 to 1 and back at constant speed. */
function zigzag(t, period) {
  const phase = (t / period) % 1;
  return phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase;
}

/** The size of a face that approaches from 4 s on: by then even a busy machine has captured the far frame. */
const approaching = (t) => FAR_SIZE + (NEAR_SIZE - FAR_SIZE) * ease(t, 4, 6);

/** A scenario of one still scene. */
const still = (instruction, ...layers) => ({ instruction, seconds: 2, at: () => layers });

/** Scenarios by name. `instruction`: the expected instruction in the far stage; `spans`: the seconds in which the face size
 * fits each stage. */
export const SCENARIOS = {
  far_to_near: {
    seconds: 16,
    spans: { far: [0, 4.6], near: [5.3, 16] },
    at: (t) => [{ ...far, size: approaching(t) }],
  },
  // Scoring refuses these pictures: the face is covered.
  far_to_near_masked: {
    seconds: 16,
    at: (t) => [{ photo: 'otherMan', mask: true, size: approaching(t) }],
  },
  // A loop of a few identical frames.
  far_to_near_looped: {
    seconds: 12,
    at: (t) => [{ ...far, x: 0.001 * Math.round(2 * zigzag(t, 0.8)), size: approaching(t) }],
  },
  other_person: {
    seconds: 14,
    spans: { far: [0, 6], near: [6, 14] },
    at: (t) => [t < 6 ? far : { ...near, photo: 'otherMan' }],
  },
  no_face: still('no_face', { photo: 'city' }),
  multiple_faces: still('multiple_faces', { ...far, x: -0.2 }, { ...far, photo: 'otherMan', x: 0.24, half: 'right' }),
  too_far: still('too_far', { ...far, size: 0.15 }),
  too_near: still('too_near', { ...far, size: 0.5 }),
  // A face on the left of the unmirrored picture: the person stands too far to their own right.
  move_left: still('move_left', { ...far, x: -0.24 }),
  move_right: still('move_right', { ...far, x: 0.24 }),
  move_up: still('move_up', { ...far, y: 0.22 }),
  move_down: still('move_down', { ...far, y: -0.22 }),
  not_centered: still('not_centered', { ...far, x: 0.22, y: 0.22 }),
  not_frontal: still('not_frontal', { photo: 'profile', size: FAR_SIZE }),
  not_frontal_tilted: still('not_frontal', { ...far, roll: 32 }),
  occluded: still('occluded', { ...far, photo: 'otherMan', mask: true }),
  too_dark: still('too_dark', { ...far, light: 0.3 }),
  too_bright: still('too_bright', { ...far, photo: 'otherMan', light: 2.4 }),
  blurry: still('blurry', { ...far, blur: 0.05 }),
  keep_still: {
    instruction: 'keep_still',
    seconds: 2,
    at: (t) => [{ ...far, x: 0.07 * zigzag(t, 2 / 3) }],
  },
};

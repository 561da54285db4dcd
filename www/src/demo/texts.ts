// Texts of the demo.

import type { InstructionCode, Phase } from '../engine/types.js';
import type { IconName } from '../ui/pages/icons.js';

/** The tips of the first page, with their icons. */
export const tips: [IconName, string][] = [
  ['light', 'Face a window or a lamp'],
  ['uncover', 'Take off sunglasses, a mask or a hat'],
  ['hold', 'Keep the camera at eye level'],
];

/** Instructions. Short, because they are read at arm's length and in a hurry. */
export const instructions: Record<InstructionCode, string> = {
  no_face: 'Show your face',
  multiple_faces: 'Make sure you’re alone',
  too_far: 'Move closer',
  too_near: 'Move back a little',
  move_left: 'Move left',
  move_right: 'Move right',
  move_up: 'Move up',
  move_down: 'Move down',
  not_centered: 'Center your face in the oval',
  not_frontal: 'Look straight at the camera',
  occluded: 'Uncover your whole face',
  too_dark: 'Find more light',
  too_bright: 'Too bright. Turn away from the light',
  blurry: 'Hold steady',
  keep_still: 'Hold still',
};

/** Texts of the phases without instructions. */
export const phases: Partial<Record<Phase, string>> = {
  loading: 'Starting the camera…',
  encoding: 'Saving your photos…',
};

/** Why the capture starts over. */
export const restarts: Record<string, string> = {
  face_lost: 'We lost sight of your face. Let’s start again.',
  face_changed: 'A different face came into view. Let’s start again.',
  multiple_faces: 'Someone else came into view. Let’s start again.',
  rotated: 'Your screen was rotated. Let’s start again.',
  camera_frozen: 'The camera froze. Restarting it.',
  worker_crashed: 'Something went wrong. Let’s start again.',
};

/** For browsers that show the camera only after a tap. */
export const TAP = 'Tap the screen to start';

/** Names the box that pauses the animation of the first page. */
export const PAUSE = 'Pause';

/** Shown while the camera sends no pictures. */
export const PAUSED = 'The camera is paused';

// Texts of the demo.

import type { InstructionCode, Phase } from '../engine/types.js';

/** Instructions. Short, because they are read at arm's length and in a hurry. */
export const instructions: Record<InstructionCode, string> = {
  no_face: 'Show your face',
  multiple_faces: 'Only one person, please',
  too_far: 'Move closer',
  too_near: 'Move back a little',
  move_left: 'Move left',
  move_right: 'Move right',
  move_up: 'Move up',
  move_down: 'Move down',
  not_centered: 'Bring your face into the oval',
  not_frontal: 'Look straight at the camera',
  occluded: 'Uncover your whole face',
  too_dark: 'Find more light',
  too_bright: 'Too bright: turn from the light',
  blurry: 'Hold the camera steady',
  keep_still: 'Keep still',
};

/** Texts of the phases without instructions. */
export const phases: Partial<Record<Phase, string>> = {
  loading: 'Starting the camera…',
  encoding: 'Saving the pictures…',
};

/** Why the capture starts over. */
export const restarts: Record<string, string> = {
  face_lost: 'We lost sight of you. Starting again.',
  face_changed: 'That looked like another person. Starting again.',
  multiple_faces: 'Somebody else came into view. Starting again.',
  rotated: 'The screen was turned. Starting again.',
  camera_frozen: 'The camera got stuck. Starting it again.',
  worker_crashed: 'A hiccup. Starting again.',
};

/** For browsers that show the camera only after a tap. */
export const TAP = 'Tap the screen to start';

/** Shown while the camera sends no pictures. */
export const PAUSED = 'The camera is paused';

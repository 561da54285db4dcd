import type { InstructionCode, Phase } from '../engine/types.js';

/** What the screen says. Short: it is read at arm's length, in a hurry. */
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

/** What a stage that has no instruction of its own says. */
export const phases: Partial<Record<Phase, string>> = {
  loading: 'Starting the camera…',
  encoding: 'Saving the pictures…',
};

/** Why the attempt starts again. */
export const restarts: Record<string, string> = {
  face_lost: 'We lost sight of you. Starting again.',
  face_changed: 'That looked like another person. Starting again.',
  multiple_faces: 'Somebody else came into view. Starting again.',
  rotated: 'The screen was turned. Starting again.',
  camera_frozen: 'The camera got stuck. Starting it again.',
  worker_crashed: 'A hiccup. Starting again.',
};

/** Where the browser shows the camera only after a tap. */
export const TAP = 'Tap the screen to start';

/** While the camera sends no pictures. */
export const PAUSED = 'The camera is paused';

// The scenarios: one for each instruction, each error that a camera or a browser causes, each restart and each verdict.

import type { ErrorCode, InstructionCode, Phase } from '../engine/types.js';
import type { ExpectedEvent, Refusal, SandboxResult, Scenario, Scene } from './types.js';

const phases = (...names: Phase[]): ExpectedEvent[] => names.map((phase) => ({ name: 'phase', phase }));

/** The whole way of a capture. */
const WHOLE_WAY = phases('far', 'near', 'encoding', 'done');

/** The lowest score that passes. */
const PASSING_SCORE = 50;
/** Width of a face that fits the far stage. */
const FAR = 0.29;

function instruction(code: InstructionCode, description: string, scene: Scene): Scenario {
  return { description, scenes: [scene], events: [...phases('far'), { name: 'instruction', code }] };
}

function refused(code: ErrorCode, description: string, refusal: Refusal): Scenario {
  return { description, scenes: [{}], refusal, events: [{ name: 'error', code }] };
}

/** A capture that restarts: something happens at the beginning of the near stage, and then it passes. */
function restart(reason: NonNullable<Scenario['restart']>, description: string, ...scenes: Scene[]): Scenario {
  return {
    description,
    scenes: [{ until: 'near' }, ...scenes],
    events: [...phases('far', 'near'), ...WHOLE_WAY],
    restart: reason,
  };
}

/** A capture whose results the sandbox account chooses: each but the last is followed by another try. */
function verdict(description: string, ...sandbox: SandboxResult[]): Scenario {
  const complete = (result: SandboxResult): ExpectedEvent => {
    const { code, score = code === 'SUCCESS' ? 100 : 0 } = typeof result === 'string' ? { code: result } : result;
    return { name: 'complete', passed: score >= PASSING_SCORE, code };
  };
  return {
    description,
    scenes: [{}],
    events: sandbox.flatMap((result) => [...WHOLE_WAY, complete(result)]),
    sandbox,
  };
}

const failure = (name: string, message: string) => ({ error: { name, message } });

/** All scenarios by name. */
export const SCENARIOS = {
  captured: {
    description: 'A person follows the oval until both pictures are taken.',
    scenes: [{}],
    events: WHOLE_WAY,
  },

  no_face: instruction('no_face', 'An empty room.', { person: 'nobody' }),
  multiple_faces: instruction('multiple_faces', 'Two people stand side by side.', { at: { size: FAR }, second: true }),
  too_far: instruction('too_far', 'A person stays far away.', { at: { size: 0.16 } }),
  too_near: instruction('too_near', 'A person is too near for the first picture.', { at: { size: 0.5 } }),
  move_left: instruction('move_left', 'A person is too far to their own right.', { at: { size: FAR, x: -0.24 } }),
  move_right: instruction('move_right', 'A person is too far to their own left.', { at: { size: FAR, x: 0.24 } }),
  move_up: instruction('move_up', 'A person is too low in the picture.', { at: { size: FAR, y: 0.24 } }),
  move_down: instruction('move_down', 'A person is too high in the picture.', { at: { size: FAR, y: -0.22 } }),
  not_centered: instruction('not_centered', 'A person is in a corner of the picture.', {
    at: { size: FAR, x: 0.22, y: 0.22 },
  }),
  not_frontal: instruction('not_frontal', 'A person has turned their head aside.', { at: { size: FAR }, yaw: 32 }),
  occluded: instruction('occluded', 'A person wears a mask over mouth and nose.', {
    at: { size: FAR },
    cover: 'mouth',
  }),
  too_dark: instruction('too_dark', 'The room is dark.', { at: { size: FAR }, light: 0.25 }),
  too_bright: instruction('too_bright', 'The picture is overexposed.', { at: { size: FAR }, light: 1.6 }),
  blurry: instruction('blurry', 'The camera is out of focus.', { at: { size: FAR }, blur: 0.03 }),
  keep_still: instruction('keep_still', 'A person sways to and fro.', { at: { size: FAR }, sway: 0.07 }),

  permission_denied: refused(
    'permission_denied',
    'The person blocks the camera.',
    failure('NotAllowedError', 'Permission denied'),
  ),
  permission_dismissed: refused(
    'permission_denied',
    'The person closes the browser’s question without an answer.',
    failure('NotAllowedError', 'Permission dismissed'),
  ),
  permission_denied_by_system: refused(
    'permission_denied',
    'The operating system blocks the camera.',
    failure('NotAllowedError', 'Permission denied by system'),
  ),
  permission_policy_blocked: refused(
    'permission_policy_blocked',
    'The frame lacks allow="camera". Chromium only: other browsers report permission_denied.',
    { ...failure('NotAllowedError', 'Permission denied'), lacks: 'policy' },
  ),
  no_camera: refused('no_camera', 'The device has no camera.', {
    ...failure('NotFoundError', 'Requested device not found'),
    lacks: 'camera',
  }),
  camera_in_use: refused(
    'camera_in_use',
    'Another program uses the camera.',
    failure('NotReadableError', 'Could not start video source'),
  ),
  overconstrained: refused(
    'overconstrained',
    'No camera meets the constraints.',
    failure('OverconstrainedError', 'facingMode'),
  ),
  no_frames: refused('no_frames', 'The camera is on but sends no picture, for 10 seconds.', { silent: true }),
  insecure_context: refused('insecure_context', 'The page was not loaded by https.', { lacks: 'secure_context' }),
  no_media_devices: refused('no_media_devices', 'The browser has no camera API.', { lacks: 'media_devices' }),
  no_wasm: refused('no_wasm', 'The browser runs no WebAssembly.', { lacks: 'wasm' }),
  worker_blocked: refused('worker_blocked', 'The page’s policy allows no workers.', { lacks: 'workers' }),
  stream_interrupted: {
    description: 'The camera is unplugged before the second picture.',
    scenes: [{ until: 'near' }, { stream: 'ended' }, {}],
    events: [...phases('far', 'near', 'failed'), { name: 'error', code: 'stream_interrupted' }],
  },
  capture_timeout: {
    description: 'A person stays too far away until the stage’s time, 20 seconds, is up.',
    scenes: [{ at: { size: 0.16 } }],
    events: phases('far', 'timed_out'),
  },

  restart_face_lost: restart(
    'face_lost',
    'The person leaves before the second picture and comes back.',
    { person: 'nobody', seconds: 2.5 },
    {},
  ),
  restart_face_changed: restart('face_changed', 'Another person steps in before the second picture.', {
    person: 'other',
  }),
  restart_multiple_faces: restart(
    'multiple_faces',
    'A second person steps in for a moment before the second picture.',
    { at: { size: FAR }, second: true, seconds: 2 },
    {},
  ),
  restart_rotated: restart('rotated', 'The device is turned before the second picture.', { stream: 'turned' }),
  restart_camera_frozen: restart(
    'camera_frozen',
    'The camera freezes before the second picture and is restarted.',
    { stream: 'frozen' },
    {},
  ),
  camera_paused: {
    description: 'The system pauses the camera for four seconds, as during a call.',
    scenes: [{ until: 'far' }, { stream: 'muted', seconds: 4 }, {}],
    events: WHOLE_WAY,
  },

  verdict_passed: verdict('The person passes.', 'SUCCESS'),
  verdict_presentation_attack: verdict('The service finds an attack: a picture or a screen before the camera.', {
    code: 'SUCCESS',
    score: 0,
    attackType: 1,
  }),
  verdict_injection_attack: verdict('The service finds an attack: pictures that did not come from the camera.', {
    code: 'SUCCESS',
    score: 0,
    attackType: 2,
  }),
  verdict_low_score: verdict('The score is just below the limit.', { code: 'SUCCESS', score: 49 }),
  verdict_retry: verdict('The first try is inconclusive, the second passes.', 'FACE_QUALITY_TOO_POOR', 'SUCCESS'),
  verdict_quality: verdict('The pictures are too poor for a verdict.', 'FACE_QUALITY_TOO_POOR'),
  verdict_no_face: verdict('The service finds no face.', 'NO_FACE_DETECTED'),
  verdict_too_many_faces: verdict('The service finds several faces.', 'TOO_MANY_FACES_DETECTED'),
  verdict_invalid_face: verdict('The service finds a face that is not whole.', 'INVALID_FACE_DETECTED'),
  verdict_occluded: verdict('The service finds a covered face.', 'FACE_OCCLUDED'),
} satisfies Record<string, Scenario>;

/** The name of a scenario. */
export type ScenarioName = keyof typeof SCENARIOS;

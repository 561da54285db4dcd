// The main entry of the npm package. Importing it has no side effects, on a server too.

export { CaptureError, type CaptureFailure, type ErrorCode, isCaptureError } from '../engine/errors.js';
export type { Build, LoadOptions } from '../engine/load-options.js';
export type { Picture, TimedPicture } from '../engine/pictures.js';
export type {
  AuditFrame,
  CameraPermission,
  CameraSettings,
  CaptureConfig,
  CaptureEvent,
  CaptureEvents,
  FaceFacts,
  Finished,
  InstructionCode,
  InstructionRecord,
  Outcome,
  Oval,
  PauseReason,
  Phase,
  RestartReason,
  SessionConfig,
  SourceName,
  Stage,
  StageThresholds,
  Still,
  Thresholds,
  Viewport,
} from '../engine/types.js';
export type { HandoffStep } from '../flow/handoff-step.js';
export type { Next, Verdict } from '../flow/verdict.js';
export type { MessageKey, Messages } from '../i18n/messages.js';
export type { HandoffStage } from '../ui/handoff-stage.js';
export type { Attributes, Timeouts } from './attributes.js';
export { detectFaces, type Face, type Landmark, type Point } from './detect.js';
export { defineElement, type NearfarLivenessElement } from './element.js';
export { type Embedded, type EmbedMessage, type EmbedOptions, embed } from './embed.js';
export { createCapture } from './headless.js';
export type { Captured, HeadlessCapture, HeadlessOptions, Instruction } from './headless-types.js';
export type { EventDetail, LivenessEvents } from './liveness-events.js';
export type {
  AddressOptions,
  SessionCapture,
  SessionFacts,
  SessionOptions,
  SessionProgress,
  SessionSettings,
  SessionState,
} from './session.js';
export { checkSupport, type Support, type SupportCheck, type SupportTest } from './support.js';
export { version } from './version.js';

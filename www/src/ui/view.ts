// The pages that the element can show, and the element as the journey sees it.

import type { TemplateResult } from 'lit';
import type { ResultCode } from '../api/openapi.js';
import type { I18n, MessageKey } from '../i18n/i18n.js';
import type { HandoffStage } from './handoff-stage.js';
import type { UiConfig } from './ui-config.js';

/** Texts and UI configuration, which every page needs. */
export interface PageContext {
  i18n: I18n;
  ui: UiConfig;
}

/** A button. */
export interface Action {
  label: MessageKey;
  act: () => void;
  /** What the button does, below it. */
  note?: MessageKey;
}

/** The names of the configuration fields that style a notice: see docs/PAGE.md. */
export interface NoticeTheme {
  page: string;
  icon?: string;
  title?: string;
  text?: string;
  button?: string;
}

/** A page with a title, a text and buttons; without buttons it is a dead end. */
export interface Notice {
  title: MessageKey;
  text: MessageKey;
  /** The cause and the remedy, one line each, already formatted. */
  lines?: string[];
  /** Cameras that the person can continue with. */
  cameras?: { choices: CameraChoice[]; choose: (id: string) => void } | undefined;
  theme?: NoticeTheme | undefined;
  /** The first one is the primary action. */
  actions?: Action[];
  /** The error code to quote when asking for support. */
  code?: string | undefined;
}

/** A picture of the person. */
export interface Face {
  url: string;
  isMirrored: boolean;
}

/** The content of the result page. */
export interface ResultDetails {
  passed: boolean;
  code: ResultCode | null;
  score: number | null;
  triesLeft: number;
  /** Seconds until the person is sent on; null if they are not. */
  countdown: number | null;
  /** Stops the countdown, so that there is time to read. */
  stay: (() => void) | null;
  /** Continues on another device. */
  handOff: (() => void) | null;
  /** Whether the session is a test of the integrator's, not a real check. */
  isSandbox: boolean;
  /** The near picture as the person saw it, if the configuration shows it. */
  face: Face | null;
  again: (() => void) | null;
  next: (() => void) | null;
}

/** The content of the start page. */
export interface StartPage {
  /** Whether a video is recorded. */
  hasVideo: boolean;
  /** Whether a light challenge follows the pictures. */
  hasLight: boolean;
  /** Whether the oval follows a path. */
  hasPath: boolean;
  /** Whether the session is a test of the integrator's, not a real check. */
  isSandbox: boolean;
  /** Whether the person may choose more time and a larger oval. */
  offersMoreTime: boolean;
  start: () => void;
  /** Continues on another device; null if that is not offered, or only by the panel. */
  handOff: (() => void) | null;
  /** A panel beside the tips on wide screens, such as the code for a phone. */
  aside: TemplateResult | null;
  /** Whether the panel is the main choice, and this device the other one. */
  asideFirst: boolean;
}

/** A camera in a list. */
export interface CameraChoice {
  id: string;
  label: string;
}

/** The content of the page with the link for a second device. */
export interface HandoffLink {
  stage: HandoffStage;
  /** Whether the session has used up its links. */
  isExhausted: boolean;
  /** The link; empty until it is created. */
  url: string;
  /** When the link expires, Unix ms of this device's clock. */
  expiresAt: number;
  /** The number that both devices show. */
  number: string;
  /** Whether the person denied the camera; otherwise the camera failed. */
  denied: boolean;
  createLink: () => void;
  confirm: () => void;
  back: () => void;
}

/** The content of the consent page. */
export interface ConsentPrompt {
  /** The operator's plain text, in any language. */
  text: string;
  /** The person's code. */
  person: string;
  answer: (agrees: boolean) => void;
}

/** `starting`: there is no picture yet. `asking`: the browser asks for permission. `live`: the camera shows. */
export type CameraState = 'starting' | 'asking' | 'live';

/** The content of the camera page. */
export interface CameraPage {
  state: CameraState;
  hint: string;
  /** The picture that is taken next, and how many there are; null before the first. */
  step: { step: number; count: number } | null;
  /** Pauses and resumes the capture, if the person wants more time. */
  pause: { isPaused: boolean; toggle: () => void } | null;
  cameras: CameraChoice[];
  chosen: string;
  choose: (id: string) => void;
  cancel: () => void;
  /** Skips the light challenge; null unless it is running. */
  skip: (() => void) | null;
  /** Starts playback where the browser requires a tap first. */
  tap: (() => void) | null;
  /** Whether the video is mirrored: not for a camera that faces away from the screen. */
  isMirrored: boolean;
}

export type Page =
  | { name: 'loading'; share: number | null }
  | ({ name: 'consent' } & ConsentPrompt)
  | ({ name: 'tips' } & StartPage)
  | ({ name: 'camera' } & CameraPage)
  | { name: 'progress'; title: string; color: string; note: string; share: number | null; actions: Action[] }
  | { name: 'notice'; notice: Notice }
  | { name: 'timeout'; notice: Notice }
  | { name: 'result'; result: ResultDetails }
  | { name: 'handoff'; link: HandoffLink }
  | { name: 'number'; number: string }
  | { name: 'photo'; stage: 'far' | 'near'; refused: boolean; take: (file: File) => void; back: () => void };

/** The element that shows the pages, as the journey sees it. */
export interface JourneyView {
  readonly renderRoot: ParentNode;
  readonly video: HTMLVideoElement;
  readonly page: Page;
  context: PageContext | null;
  /** Shows a page and, if it is a different one, moves the focus to its heading. */
  show(page: Page): Promise<void>;
  /** Announces a text to screen readers, at a pace that can be followed. */
  announce(text: string): void;
}

// What the element can show, and what the journey needs of it.

import type { ResultCode } from '../api/openapi.js';
import type { HandoffStage } from '../engine/types.js';
import type { Key, Words } from '../i18n/i18n.js';
import type { Look } from './ui-config.js';

/** What every page needs. */
export interface Setting {
  words: Words;
  look: Look;
}

/** A button: its text is one of the texts' keys. */
export interface Action {
  label: Key;
  act: () => void;
}

/** Names of the configuration's fields that dress a page of words: see docs/PAGE.md. */
export interface Skin {
  page: string;
  icon?: string;
  title?: string;
  text?: string;
  button?: string;
}

/** A page with words and some ways on; with none it is an end. */
export interface Notice {
  title: Key;
  text: Key;
  /** What it came from and what helps, each a line of its own, ready to be read. */
  lines?: string[];
  /** Cameras to go on with. */
  cameras?: { choices: CameraChoice[]; choose: (id: string) => void } | undefined;
  skin?: Skin | undefined;
  /** The first one is what most people want. */
  actions?: Action[];
  /** For whoever is asked for help. */
  code?: string | undefined;
}

/** A picture of the person. */
export interface Face {
  url: string;
  isMirrored: boolean;
}

/** How an attempt came out. */
export interface Outcome {
  passed: boolean;
  code: ResultCode | null;
  score: number | null;
  triesLeft: number;
  /** Seconds until the person is sent on; null: they are not. */
  countdown: number | null;
  /** Stops the countdown: there must be time to read. */
  stay: (() => void) | null;
  /** The near picture, where the configuration wants it shown: as the person saw it. */
  face: Face | null;
  again: (() => void) | null;
  next: (() => void) | null;
}

/** A camera to choose. */
export interface CameraChoice {
  id: string;
  label: string;
}

/** The link for a second device, as it is shown. */
export interface LinkPage {
  stage: HandoffStage;
  /** Whether no more links can be made. */
  isExhausted: boolean;
  /** The link; empty while it is made. */
  url: string;
  /** When it ends, Unix ms of this device. */
  until: number;
  /** The number that both devices show. */
  number: string;
  /** Whether the person refused the camera; else it has some trouble of its own. */
  denied: boolean;
  fresh: () => void;
  same: () => void;
  back: () => void;
}

/** The text that is agreed to, and what is done with the answer. */
export interface ConsentParts {
  /** The operator's own text, plain; in whatever language it is. */
  text: string;
  /** The person's code. */
  person: string;
  answer: (agrees: boolean) => void;
}

export type Page =
  | { name: 'loading'; share: number | null }
  | ({ name: 'consent' } & ConsentParts)
  | { name: 'tips'; records: boolean; lights: boolean; start: () => void }
  | {
      name: 'camera';
      hint: string;
      cameras: CameraChoice[];
      chosen: string;
      choose: (id: string) => void;
      cancel: () => void;
      /** While colours are shown: leaves them out. */
      skip: (() => void) | null;
      /** Where the browser wants a tap before it shows the camera. */
      tap: (() => void) | null;
      /** Shown as in a mirror: not if the camera looks away from the screen. */
      isMirrored: boolean;
    }
  | { name: 'progress'; title: string; color: string; note: string; share: number | null; actions: Action[] }
  | { name: 'notice'; notice: Notice }
  | { name: 'timeout'; notice: Notice }
  | { name: 'result'; outcome: Outcome }
  | { name: 'handoff'; link: LinkPage }
  | { name: 'number'; number: string }
  | { name: 'photo'; stage: 'far' | 'near'; refused: boolean; take: (file: File) => void; back: () => void };

/** The element, as far as the journey goes. */
export interface Screen {
  readonly renderRoot: ParentNode;
  readonly video: HTMLVideoElement;
  readonly page: Page;
  setting: Setting | null;
  /** Shows a page. Its heading takes the focus if it is another one. */
  show(page: Page): Promise<void>;
  /** Says it to a screen reader, no faster than can be listened to. */
  announce(text: string): void;
}

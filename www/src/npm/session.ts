// Types of a headless capture in a session of the service.

import type { HandoffStep } from '../flow/handoff-step.js';
import type { Verdict } from '../flow/verdict.js';
import type { HeadlessCapture, HeadlessOptions } from './headless-types.js';

/** What a capture in a session does while it does not capture. */
export type SessionProgress =
  /** The colours of a light challenge follow in about two seconds. Offer the person to skip them. */
  | {
      kind: 'light_soon';
      /** Shows no colours. */
      skip: () => void;
    }
  /** The colours were not all shown, and the service requires something in their place: the capture begins again. */
  | { kind: 'light_replaced' }
  /** The share of the attempt's pictures or of its video that was uploaded, 0 to 1. */
  | { kind: 'uploading'; what: 'pictures' | 'video'; share: number }
  /** The service scores the attempt. */
  | { kind: 'judging' }
  /** A request failed and is repeated in so many seconds: `foreign` means that something else answered. */
  | {
      kind: 'waiting';
      why: 'network' | 'busy' | 'foreign';
      seconds: number;
      /** Repeats the request at once. */
      retryNow: () => void;
    }
  /** The device is offline; the request is repeated when it is back. */
  | {
      kind: 'offline';
      /** Repeats the request at once. */
      retryNow: () => void;
    };

/** Options of a capture in a session: its address, the element that shows the camera, and others. */
export type SessionOptions = SessionSettings & AddressOptions;

/** The session's address, in one part or in two. */
export type AddressOptions =
  | {
      /** The session's address from the service's Get Token, which includes the token. */
      sessionUrl: string | URL;
      token?: undefined;
      apiUrl?: undefined;
    }
  | {
      sessionUrl?: undefined;
      /** The session's token. */
      token: string;
      /** The address of the service's hosted page, such as `https://liveness.example/h5/`. */
      apiUrl: string | URL;
    };

/** Options of a capture in a session, without its address. */
export interface SessionSettings extends Omit<HeadlessOptions, 'frames' | 'viewport' | 'video'> {
  /** The element that shows the camera, with `object-fit: cover`. Nothing is captured while it is not visible. */
  video: HTMLVideoElement;
  /** The person's language, such as `pt-BR`; by default that of the document, then the browser's. */
  locale?: string | undefined;
  /**
   * Shows a colour (`#rrggbb`) all around the video, null for none. Without it the service is asked for no coloured
   * light. Up to 16 colours follow each other, each for at least 0.4 s: warn people who are sensitive to flashing
   * light, and offer to skip the colours (`light_soon`). None are shown if the device asks for reduced motion.
   */
  light?: ((color: string | null) => void) | undefined;
  /**
   * Whether the attempts have longer time limits and a larger oval, for a person who asks for it; by default what the
   * account sets for everyone. Ignored if the account's `accessibility` is `off`.
   */
  moreTime?: boolean | undefined;
  /** Receives every step of the upload and every wait, also while `createCapture` opens the session. */
  onProgress?: ((progress: SessionProgress) => void) | undefined;
}

/** A session's state: `retry` accepts another attempt after one that failed; `judging`: an attempt is being scored. */
export type SessionState = 'open' | 'judging' | 'retry' | 'succeeded' | 'failed' | 'expired';

/** Facts about a session. */
export interface SessionFacts {
  /** The session's `signatureId`. */
  readonly id: string;
  readonly state: SessionState;
  readonly triesLeft: number;
  /** When it expires, Unix ms of this device's clock. */
  readonly expiresAt: number;
  /** The language that the service chose, such as `pt_PT`. */
  readonly locale: string;
  readonly level: 'STANDARD' | 'PRO';
  /** Whether a video of the capture is recorded and sent. You have to inform the person. */
  readonly video: boolean;
  /** Whether the service asks for coloured light; see `light` of the options. */
  readonly light: boolean;
  /** Whether the oval moves along a path. */
  readonly motion: boolean;
  /** Whether the person may continue on another device, and when to offer it. */
  readonly crossDevice: 'off' | 'fallback' | 'offer' | 'first';
  /** Whether a test chooses the results, which then prove nothing. */
  readonly sandbox: boolean;
  readonly limits: { readonly imageBytes: number; readonly videoBytes: number; readonly totalBytes: number };
  /** In a session of a study: the text that the person has to agree to, and the code of the person. */
  readonly consent: {
    readonly text: string;
    readonly person: string;
    readonly state: 'asked' | 'agreed' | 'declined';
  } | null;
}

/**
 * A capture in a session of the service. An attempt is `start()`, `submit()` and `verdict()`; `start()` again begins
 * another one. Pictures that were captured are kept until they are delivered: after a failed `submit()`, call it again.
 */
export interface SessionCapture extends HeadlessCapture {
  /**
   * Requests an attempt from the service, asks for the camera, and starts. Another call begins another attempt: it
   * discards what the last one has captured but not delivered. Rejects with a `CaptureError`.
   */
  start(): Promise<void>;
  /** The session now. */
  readonly session: SessionFacts;
  /**
   * Seals the attempt and uploads it, with its video if the session asks for one, and repeats what a retry can fix.
   * Waits for the pictures if need be. Rejects with a `CaptureError`; the pictures are then still here.
   */
  submit(): Promise<void>;
  /** Waits until the attempt that was submitted has its result. If the session is over, resolves at once. */
  verdict(): Promise<Verdict>;
  /** In a session of a study: stores the person's answer. Nothing is captured before the person agrees. */
  consent(agrees: boolean): Promise<void>;
  /**
   * Continues on another device. Each step has the link and what to show: show the link as a QR code, compare the
   * numbers, confirm. Ends when the session is over (`verdict()` then has the result), after `back()`, or with `break`.
   */
  handoff(): AsyncGenerator<HandoffStep, void>;
}

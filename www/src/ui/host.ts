// The host of a journey: the hosted page, or an element in an integrator's page.

import type { ServiceClient } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import type { CaptureOptions } from '../engine/camera-capture.js';
import type { Glue } from '../engine/loader.js';
import type { CaptureEvents } from '../engine/types.js';
import type { Messages } from '../i18n/i18n.js';
import type { PageContext } from './view.js';

/** The events that the host receives: those of the capture, and those of the journey. */
export interface JourneyEvents extends CaptureEvents {
  /** The service has answered for this session. */
  opened: { signatureId: string };
  /** The share of an attempt's pictures or of its video that was sent, 0 to 1. */
  uploading: { what: 'pictures' | 'video'; share: number };
  /** An attempt has its result, or the session turned out to be over. */
  judged: StatusView;
  /** The person cancelled a capture. */
  cancel: undefined;
}

/** The host's options for a journey. */
export interface HostOptions {
  /** Whether to show the page of tips first. */
  startScreen: boolean;
  /** Whether to show a page at the end of the session. */
  resultScreen: boolean;
  /** How often the person may try here, within the session's own limit. */
  maxAttempts: number;
  /** Whether to offer another device, if the session allows it. */
  crossDevice: boolean;
  /** Whether the camera page requests full screen when it is in a frame. */
  fullscreen: boolean;
  /** The address of the page that says how the person's data is used; it replaces the account's. */
  privacyUrl: string | null;
  /** Texts that replace the page's own. */
  messages: Messages;
  capture: CaptureOptions;
}

/** What became of the page: it goes away, it stays, or it stays behind an app that the browser was asked to open. */
export type Departure = 'left' | 'stays' | 'opened_app';

export interface Host {
  readonly options: HostOptions;
  readonly service: ServiceClient;
  /** The link that makes this device the second one. */
  readonly link: string | null;
  /** The requested language. */
  readonly locale: string;
  /** Called when the texts or the UI configuration change. */
  applyContext(context: PageContext): void;
  emit<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void;
  /** Sends the person on. `module` is null where it cannot run. */
  leave(module: Glue | null, session: SessionView, status: StatusView): Departure;
  /** Starts over from nothing. */
  reload(): void;
}

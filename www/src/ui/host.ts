// Where a journey takes place: a page of its own, or an element in somebody's page.

import type { Service } from '../api/client.js';
import type { SessionView, StatusView } from '../api/openapi.js';
import type { CaptureOptions } from '../engine/capture.js';
import type { Glue } from '../engine/loader.js';
import type { CaptureEvents } from '../engine/types.js';
import type { Messages } from '../i18n/i18n.js';
import type { Setting } from './screen.js';

/** What is told to whoever shows or follows the journey: the capture's events, and the journey's own. */
export interface JourneyEvents extends CaptureEvents {
  /** The session is known to the service. */
  opened: { signatureId: string };
  /** The share of an attempt's pictures or of its video that was sent, 0 to 1. */
  uploading: { what: 'pictures' | 'video'; share: number };
  /** An attempt was judged, or the session found to be over. */
  judged: StatusView;
  /** The person does not want to go on for now. */
  cancel: undefined;
}

/** What its host wants of a journey. */
export interface Manners {
  /** Whether the page of tips comes first. */
  startScreen: boolean;
  /** Whether the end has a page of its own. */
  resultScreen: boolean;
  /** How often the person may try here; the session's own count holds as well. */
  maxAttempts: number;
  /** Whether another device may be offered, if the session allows it. */
  crossDevice: boolean;
  /** Whether the camera's page asks for the whole screen, in a frame. */
  fillsScreen: boolean;
  /** Texts in place of the page's own. */
  messages: Messages;
  options: CaptureOptions;
}

export interface Host {
  readonly manners: Manners;
  readonly service: Service;
  /** The link by which this is the second device. */
  readonly link: string | null;
  /** The language that is wished for. */
  readonly locale: string;
  /** From now on these are the words and looks. */
  dress(setting: Setting): void;
  tell<Name extends keyof JourneyEvents>(name: Name, detail: JourneyEvents[Name]): void;
  /** Sends the person on; false where the page stays. `module`: null where it cannot run. */
  leave(module: Glue | null, session: SessionView, status: StatusView): boolean;
  /** Begins anew from nothing. */
  reload(): void;
}

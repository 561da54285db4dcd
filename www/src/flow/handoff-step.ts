// What the first device of a handoff shows.

import type { HandoffStage } from '../ui/handoff-stage.js';

/** The link for a second device, and what the first device's page can do with it. */
export interface HandoffStep {
  stage: HandoffStage;
  /** Whether the session has used up its links. */
  isExhausted: boolean;
  /** The link, also for a QR code; empty until it is created. */
  url: string;
  /** When the link expires, Unix ms of this device's clock. */
  expiresAt: number;
  /** In the stage `compare`: the number that both devices show. */
  number: string;
  /** Creates another link. */
  createLink: () => void;
  /** Confirms that both devices show the number. */
  confirm: () => void;
  /** Continues on this device. */
  back: () => void;
}

// The service's side of one session, without a user interface: opens it, requests attempts, and seals them.

import type { Capabilities, ServiceClient } from '../api/client.js';
import type { SessionView } from '../api/openapi.js';
import { withClockOffset } from '../api/server-time.js';
import type { CaptureResult } from '../capture/attempt-capture.js';
import type { LoadOptions } from '../engine/load-options.js';
import { loadSealing, type SealingGlue } from '../engine/sealing.js';
import {
  type Attempt,
  type CapturedPictures,
  type IssuedAttempt,
  type ManifestContext,
  packAttempt,
} from './attempt.js';
import { type OnProgress, retry } from './delivery.js';
import { NonceQueue } from './nonce-queue.js';

/** Whether the colours that a short path requires were not all shown. */
export function lacksLight({ result, light }: CaptureResult, { lightReplaceable }: IssuedAttempt): boolean {
  return lightReplaceable && result.outcome === 'captured' && light?.outcome !== 'shown';
}

/** The pictures of a capture with the camera, and where its ovals were shown. */
export function cameraPictures({ result, layout, video, light }: CaptureResult) {
  const { far, stops, near, audit, instructions } = result;
  if (!far || !near || !layout) throw new Error('the capture has no pictures');
  const pictures: CapturedPictures = { cameraType: 'WEB_CAMERA', far, stops, near, audit, instructions, video, light };
  return { pictures, layout };
}

export class SessionClient {
  readonly service: ServiceClient;
  readonly #load: LoadOptions | undefined;
  readonly #nonceQueue: NonceQueue;
  readonly #signal: AbortSignal;
  #session: SessionView | null = null;
  #displayOffset = 0;

  /** `load`: where the sealing module comes from; `signal` ends all requests. */
  constructor(service: ServiceClient, load: LoadOptions | undefined, signal: AbortSignal) {
    this.service = service;
    this.#load = load;
    this.#signal = signal;
    this.#nonceQueue = new NonceQueue(service);
  }

  /** Opens the session in a language. `signal` ends the request too. */
  async open(locale: string, onProgress: OnProgress, signal = this.#signal): Promise<SessionView> {
    // Measured against Date, which the person sees: this offset is for times that are displayed.
    const request = () => withClockOffset(() => this.service.session(locale), Date.now);
    const session = await retry(request, onProgress, signal);
    this.#session = session;
    this.#displayOffset = session.clockOffset;
    return session;
  }

  /** The open session. Throws an error before `open`. */
  get session(): SessionView {
    if (!this.#session) throw new Error('the session is not open');
    return this.#session;
  }

  get isOpen(): boolean {
    return this.#session !== null;
  }

  /** How far the service's clock is ahead of the clock that the device displays, ms. */
  get displayOffset(): number {
    return this.#displayOffset;
  }

  loadSealing(): Promise<SealingGlue> {
    return loadSealing(this.#load);
  }

  /**
   * Requests an attempt with a nonce, once its upload can be sealed: a capture that cannot be sealed cannot be sent.
   */
  async requestAttempt(id: string, capabilities: Capabilities, onProgress: OnProgress): Promise<IssuedAttempt> {
    await this.loadSealing();
    return this.#nonceQueue.request(id, capabilities, onProgress, this.#signal);
  }

  /** Packs and seals an attempt. */
  async pack(id: string, pictures: CapturedPictures, context: Omit<ManifestContext, 'signatureId'>): Promise<Attempt> {
    const { signatureId } = this.session;
    return packAttempt(id, pictures, { ...context, signatureId }, await this.loadSealing());
  }
}

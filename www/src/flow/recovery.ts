// Handles everything that ends an attempt early: shows what happened and what the person can do about it.

import { type ServiceClient, ServiceError } from '../api/client.js';
import type { StatusView } from '../api/openapi.js';
import type { CaptureScreen } from '../capture/capture-screen.js';
import { now } from '../engine/clock.js';
import { asFailure, type CaptureFailure, type ErrorCode } from '../engine/errors.js';
import type { InstructionRecord } from '../engine/types.js';
import { setEnabled } from '../ui/accessibility.js';
import type { Host } from '../ui/host.js';
import type { Action, JourneyView, Notice } from '../ui/view.js';
import { captureErrorNotice, type RecoveryAction, serviceErrorNotice, timeoutNotice } from './error-pages.js';
import { endsSession, toCaptureFailure } from './service-errors.js';
import { lastPhase, longestUnmetInstruction } from './timeout-hint.js';

/** Failures that may concern one camera only. */
const CAMERA_SPECIFIC: ErrorCode[] = ['camera_in_use', 'no_frames', 'stream_interrupted', 'overconstrained'];

/** What the journey can do after a failure. */
export interface RecoveryOptions {
  mayTryAgain(): boolean;
  mayHandOff(): boolean;
  mayTakePhotos(): boolean;
  beginAttempt(): void;
  /** Whether the person can still choose more time. */
  offersMoreTime(): boolean;
  handOff(denied: boolean): Promise<void>;
  takePhotos(): void;
  showResult(status: StatusView): Promise<void>;
}

export class Recovery {
  readonly #view: JourneyView;
  readonly #host: Host;
  readonly #service: ServiceClient;
  readonly #captureScreen: CaptureScreen;
  readonly #journey: RecoveryOptions;

  constructor(view: JourneyView, host: Host, captureScreen: CaptureScreen, journey: RecoveryOptions) {
    this.#view = view;
    this.#host = host;
    this.#service = host.service;
    this.#captureScreen = captureScreen;
    this.#journey = journey;
  }

  /** Shows the page for an error. An `AbortError` needs none. */
  async handle(error: unknown): Promise<void> {
    if (error instanceof DOMException && error.name === 'AbortError') return;
    if (error instanceof ServiceError) return this.#handleServiceError(error);
    const failure = asFailure(error);
    if (failure.code === 'capture_timeout') return this.showTimeout();
    this.#service.report(failure.code, String(failure.cause ?? failure.message));
    this.#host.emit('error', failure);
    await this.#showCaptureError(failure);
  }

  /** `instructions`: those of the capture; none if no instruction used up the time. */
  showTimeout(instructions: InstructionRecord[] = []): Promise<void> {
    const unmet = longestUnmetInstruction(instructions, now());
    if (unmet) this.#service.report('capture_timeout', '', unmet, lastPhase(instructions));
    const actions = this.#actions('again');
    if (actions.length > 0 && this.#journey.offersMoreTime())
      actions.push({ label: 'more_time', note: 'more_time_text', act: () => this.#beginWithMoreTime() });
    if (this.#journey.mayHandOff())
      actions.push({ label: 'handoff_offer', act: () => void this.#journey.handOff(false) });
    if (!this.#view.context) throw new Error('the texts are not loaded');
    return this.#view.show({
      name: 'timeout',
      notice: timeoutNotice(this.#view.context, unmet, actions),
    });
  }

  #beginWithMoreTime(): void {
    setEnabled('moreTime', true);
    this.#journey.beginAttempt();
  }

  async #showCaptureError(failure: CaptureFailure): Promise<void> {
    const { recovery, isCamera, ...notice } = captureErrorNotice(failure);
    const denied = failure.code === 'permission_denied';
    const actions = this.#actions(recovery);
    const cameras = await this.#otherCameras(failure);
    if (this.#journey.mayHandOff()) {
      const handOff = () => void this.#journey.handOff(denied);
      // If nothing can be done on this device, go straight to the handoff.
      if (isCamera && actions.length === 0 && !this.#journey.mayTakePhotos()) return this.#journey.handOff(denied);
      actions.push({ label: 'handoff_offer', act: handOff });
    }
    if (isCamera && this.#journey.mayTakePhotos())
      actions.push({ label: 'system_offer', act: () => this.#journey.takePhotos() });
    await this.#showNotice({ ...notice, cameras, actions });
  }

  /** The list of cameras, if one of several failed. */
  async #otherCameras({ code }: CaptureFailure): Promise<Notice['cameras']> {
    if (!CAMERA_SPECIFIC.includes(code) || !this.#journey.mayTryAgain()) return undefined;
    const choices = await this.#captureScreen.cameras();
    // If no camera meets the constraints, even the only camera is worth offering.
    if (choices.length < (code === 'overconstrained' ? 1 : 2)) return undefined;
    const choose = (id: string) => {
      this.#captureScreen.preferCamera(id);
      this.#journey.beginAttempt();
    };
    return { choices, choose };
  }

  async #handleServiceError(error: ServiceError): Promise<void> {
    // The connection was too slow, or the device slept: only a new capture helps.
    if (error.code === 'NONCE_EXPIRED') return this.showTimeout();
    if (endsSession(error)) {
      const status = await this.#service.status().catch(() => null);
      if (status?.next) return this.#journey.showResult(status);
    }
    this.#host.emit('error', toCaptureFailure(error));
    const { recovery, isCamera: _, ...notice } = serviceErrorNotice(error);
    await this.#showNotice({ ...notice, actions: this.#actions(recovery) });
  }

  #actions(recovery: RecoveryAction): Action[] {
    if (recovery === 'reload') return [{ label: 'reload', act: () => this.#host.reload() }];
    const again = recovery === 'again' && this.#journey.mayTryAgain();
    return again ? [{ label: 'try_again', act: () => this.#journey.beginAttempt() }] : [];
  }

  #showNotice(notice: Notice): Promise<void> {
    return this.#view.show({ name: 'notice', notice });
  }
}

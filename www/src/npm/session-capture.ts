// A headless capture in a session of the service: the journey without a user interface.

import { ServiceClient, ServiceError } from '../api/client.js';
import type { StatusView } from '../api/openapi.js';
import { AttemptCapture, type CaptureResult, type CaptureView } from '../capture/attempt-capture.js';
import { prefersReducedMotion } from '../capture/light-challenge.js';
import { now } from '../engine/clock.js';
import { asError, CaptureError, captureError, optionsError } from '../engine/errors.js';
import type { CaptureEvents, Listener } from '../engine/types.js';
import { type Attempt, type IssuedAttempt, randomId } from '../flow/attempt.js';
import { awaitResult, type DeliveryProgress, retry, uploadPictures, uploadVideo } from '../flow/delivery.js';
import { HandoffInitiator } from '../flow/handoff-initiator.js';
import type { HandoffStep } from '../flow/handoff-step.js';
import { endsSession, toCaptureFailure } from '../flow/service-errors.js';
import { cameraPictures, lacksLight, SessionClient } from '../flow/session-client.js';
import { acceptsAttempt, isOver } from '../flow/session-state.js';
import { lastPhase, longestUnmetInstruction } from '../flow/timeout-hint.js';
import { type Verdict, verdictOf } from '../flow/verdict.js';
import { type AbortHandle, linkedAbort } from '../lib/abort.js';
import { browserLanguage } from '../lib/browser.js';
import { CaptureListeners, CaptureState, constraintsOf } from './headless-state.js';
import type { Instruction } from './headless-types.js';
import { Latest } from './latest.js';
import { logged } from './logged.js';
import type { SessionCapture, SessionFacts, SessionOptions } from './session.js';
import { parseSessionAddress } from './session-address.js';

/** One attempt: captured, then packed once, then delivered. */
interface CurrentAttempt {
  state: CaptureState;
  isCancelled: boolean;
  captured: { id: string; issued: IssuedAttempt; result: CaptureResult } | null;
  packed: Promise<Attempt> | null;
  submission: Promise<void> | null;
  upload: AbortHandle | null;
}

const emptyAttempt = (): CurrentAttempt => ({
  state: new CaptureState(),
  isCancelled: false,
  captured: null,
  packed: null,
  submission: null,
  upload: null,
});

class HeadlessSession implements SessionCapture {
  readonly #options: SessionOptions;
  readonly #end = new AbortController();
  readonly #client: SessionClient;
  readonly #capture: AttemptCapture;
  readonly #listeners = new CaptureListeners();
  #status: StatusView | null = null;
  #attempt = emptyAttempt();
  #hasBegun = false;
  /** Whether the person skipped the colours: if something is required, a longer path replaces them. */
  #skipsLight = false;
  /** Settles the promise of a start. */
  #onReady: () => void = () => undefined;

  constructor(options: SessionOptions) {
    const { service, token } = parseSessionAddress(options, (option) => option);
    const { source, config, load, stream, signal } = options;
    this.#options = options;
    this.#client = new SessionClient(new ServiceClient(service, token), load, this.#end.signal);
    const cameraOptions = { source, config, load, stream, constraints: constraintsOf(options) };
    const onEvent: Listener = (name, detail) => this.#onEvent(name, detail);
    this.#capture = new AttemptCapture(this.#view(), cameraOptions, onEvent);
    addEventListener('pagehide', () => this.#capture.leave(), { signal: this.#end.signal });
    signal?.addEventListener('abort', () => void this.destroy(), { signal: this.#end.signal });
    if (signal?.aborted) void this.destroy();
  }

  async open(): Promise<this> {
    return this.#converted(async () => {
      const locale = this.#options.locale ?? (document.documentElement.lang || browserLanguage());
      const { status } = await this.#client.open(locale, this.#onProgress);
      this.#status = status;
      // A session that is over needs no engine.
      if (!isOver(status)) await this.#capture.load();
      return this;
    });
  }

  get build() {
    return this.#capture.engine?.build ?? null;
  }

  get frames() {
    return this.#attempt.state.frames;
  }

  get #current(): StatusView {
    if (!this.#status) throw new Error('the session is not open');
    return this.#status;
  }

  get session(): SessionFacts {
    const { session, displayOffset } = this.#client;
    const { state, triesLeft } = this.#current;
    const { signatureId: id, locale, productLevel: level, video, crossDevice, sandbox, limits, consent } = session;
    const challenges = { light: session.lightChallenge, motion: session.motionChallenge };
    const expiresAt = session.expiresAt - displayOffset;
    return {
      ...{ id, state, triesLeft, expiresAt, locale, level, video, ...challenges, crossDevice, sandbox, limits },
      consent: consent && { text: consent.text, person: consent.person, state: consent.state },
    };
  }

  on<Name extends keyof CaptureEvents>(name: Name, listener: (detail: CaptureEvents[Name]) => void): () => void {
    return this.#listeners.on(name, listener);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Instruction, void> {
    return this.#attempt.state.instructions.read();
  }

  start(): Promise<void> {
    // The first attempt may have readers before it begins.
    if (this.#hasBegun) {
      this.#abandon('another attempt has begun');
      this.#attempt = emptyAttempt();
    }
    this.#hasBegun = true;
    const attempt = this.#attempt;
    return new Promise((ready, fail) => {
      this.#onReady = ready;
      this.#run(attempt).then(ready, (error) => {
        attempt.state.fail(error);
        fail(error);
      });
    });
  }

  /** Whether an attempt gets longer limits: asked for, or set for everyone, unless the account allows nobody. */
  get #hasMoreTime(): boolean {
    const { accessibility } = this.#client.session;
    return accessibility !== 'off' && (this.#options.moreTime ?? accessibility === 'on');
  }

  async #run(attempt: CurrentAttempt): Promise<void> {
    await this.#converted(async () => {
      const { video, limits } = this.#client.session;
      for (;;) {
        const id = randomId();
        const moreTime = this.#hasMoreTime;
        const capabilities = { motion: true, lightUnwanted: this.#isLightUnwanted(), moreTime };
        const issued = await this.#client.requestAttempt(id, capabilities, this.#onProgress);
        await this.#capture.load();
        if (attempt.isCancelled) throw captureError('cancelled');
        const { light, motion } = issued;
        const extras = { light, motion, moreTime };
        const result = await this.#capture.capture({ videoBytes: video ? limits.videoBytes : 0, ...extras });
        if (!result || attempt.isCancelled) throw captureError('cancelled');
        if (result.result.outcome === 'timed_out') throw this.#timedOut(result);
        if (!lacksLight(result, issued)) {
          attempt.captured = { id, issued, result };
          attempt.state.finish(result.result);
          return;
        }
        this.#skipsLight ||= result.light?.outcome === 'skipped';
        this.#options.onProgress?.({ kind: 'light_replaced' });
      }
    });
  }

  #timedOut({ result }: CaptureResult): CaptureError {
    const unmet = longestUnmetInstruction(result.instructions, now());
    this.#client.service.report('capture_timeout', '', unmet, lastPhase(result.instructions));
    return result.error ? asError(result.error) : captureError('internal');
  }

  async submit(): Promise<void> {
    if (!this.#hasBegun) throw optionsError('submit: nothing was captured; call start() first');
    const attempt = this.#attempt;
    const deliver = async () => {
      // Its errors were reported when the capture failed.
      await attempt.state.frames;
      await this.#converted(() => this.#deliver(attempt));
    };
    attempt.submission ??= deliver().catch((error) => {
      // The next call tries again with the same pictures.
      attempt.submission = null;
      throw error;
    });
    return attempt.submission;
  }

  async #deliver(attempt: CurrentAttempt): Promise<void> {
    if (!attempt.captured) throw captureError('cancelled');
    const { id, issued, result } = attempt.captured;
    const { pictures, layout } = cameraPictures(result);
    attempt.packed ??= this.#client.pack(id, pictures, { ...layout, issued, device: result.device });
    const packed = await attempt.packed;
    attempt.upload = linkedAbort(this.#end.signal);
    const { signal } = attempt.upload;
    const { service } = this.#client;
    this.#status = await uploadPictures(service, packed, this.#onProgress, signal);
    if (packed.video) await uploadVideo(service, id, packed.video, this.#onProgress, signal);
    // Delivered: nothing keeps the pictures but the caller.
    attempt.captured = null;
    attempt.packed = null;
  }

  async verdict(): Promise<Verdict> {
    await this.#attempt.submission;
    return this.#converted(async () => {
      if (acceptsAttempt(this.#current) && !this.#attempt.submission)
        throw optionsError('verdict: nothing was submitted; call submit() first');
      this.#status = await awaitResult(this.#client.service, this.#current, this.#onProgress, this.#end.signal);
      return verdictOf(this.#status);
    });
  }

  async consent(agrees: boolean): Promise<void> {
    const { service, session } = this.#client;
    const { consent } = session;
    if (!consent) throw optionsError('consent: the session asks for none');
    await this.#converted(async () => {
      const send = () => service.consent(consent.version, agrees);
      session.consent = await retry(send, this.#onProgress, this.#end.signal);
    });
  }

  async *handoff(): AsyncGenerator<HandoffStep, void> {
    const { service, session, displayOffset } = this.#client;
    const steps = new Latest<HandoffStep>();
    const { signal, abort } = linkedAbort(this.#end.signal);
    const language = session.locale.replace('_', '-');
    const show = (step: HandoffStep) => steps.push(step);
    const context = { service, show, renews: false, clockOffset: displayOffset, language, signal };
    const updateStatus = async () => {
      this.#status = await retry(() => service.status(), this.#onProgress, this.#end.signal);
      return this.#status;
    };
    const ended = this.#converted(async () => {
      const final = await new HandoffInitiator(context, await updateStatus()).run();
      if (final) this.#status = final;
      else if (!this.#end.signal.aborted) await updateStatus();
    }).finally(() => steps.end());
    ended.catch(() => undefined);
    try {
      yield* steps.read();
      await ended;
    } finally {
      abort();
    }
  }

  cancel(): void {
    const { lastInstruction, phase } = this.#capture;
    if (lastInstruction) this.#client.service.report('cancelled', '', lastInstruction, phase);
    this.#abandon('cancelled');
  }

  /** Ends the capture or the upload in progress. Pictures that were captured stay. */
  #abandon(cause: string): void {
    this.#attempt.isCancelled = true;
    this.#capture.cancel();
    this.#attempt.upload?.abort();
    this.#attempt.state.fail(captureError('cancelled', cause));
  }

  async destroy(): Promise<void> {
    this.#abandon('destroyed');
    this.#end.abort();
    this.#capture.destroy();
    Object.assign(this.#attempt, { captured: null, packed: null });
  }

  #onEvent<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    if (name === 'instruction') this.#attempt.state.instructions.push(detail as Instruction);
    if (name === 'ready') this.#onReady();
    this.#listeners.emit(name, detail);
  }

  readonly #onProgress = (progress: DeliveryProgress): void => {
    const { onProgress } = this.#options;
    if (progress.kind === 'sending') onProgress?.({ ...progress, kind: 'uploading' });
    else onProgress?.(progress);
  };

  #isLightUnwanted(): boolean {
    return !this.#options.light || this.#skipsLight || prefersReducedMotion();
  }

  #view(): CaptureView {
    const { video, light, onProgress } = this.#options;
    let skip: () => void = () => undefined;
    return {
      video,
      isLightUnwanted: () => this.#isLightUnwanted(),
      offerSkip: async (offered) => {
        skip = offered ?? (() => undefined);
      },
      announceLight: () => onProgress?.({ kind: 'light_soon', skip }),
      beginLight: () => undefined,
      showLight: (color) => light?.(color),
      showLightProgress: (fraction) => this.#listeners.emit('progress', { fraction }),
      offerTap: () => this.#listeners.emit('play-blocked', undefined),
    };
  }

  /** Runs a step of the session; rejects with a `CaptureError` only. */
  #converted<Result>(step: () => Promise<Result>): Promise<Result> {
    return logged(() => step().catch((error) => this.#convert(error)));
  }

  async #convert(error: unknown): Promise<never> {
    if (error instanceof DOMException && error.name === 'AbortError') throw captureError('cancelled');
    if (!(error instanceof ServiceError)) throw this.#reported(asError(error));
    // The session's own state says what follows, and `verdict()` returns it.
    if (endsSession(error)) this.#status = await this.#client.service.status().catch(() => this.#status);
    throw new CaptureError(toCaptureFailure(error));
  }

  #reported(error: CaptureError): CaptureError {
    const { code, cause, message } = error;
    if (code !== 'cancelled' && code !== 'invalid_options' && code !== 'capture_timeout')
      this.#client.service.report(code, String(cause ?? message));
    return error;
  }
}

/** Opens a session and loads the engine. Rejects with a `CaptureError`. */
export async function openSession(options: SessionOptions): Promise<SessionCapture> {
  if (!globalThis.document) throw optionsError('sessionUrl: it needs a window');
  // For callers without types.
  if ('frames' in options) throw optionsError('frames: a session captures with the camera');
  if (!(options.video instanceof HTMLVideoElement))
    throw optionsError('video: a session needs the element that shows the camera');
  const session = new HeadlessSession(options);
  try {
    return await session.open();
  } catch (error) {
    await session.destroy();
    throw error;
  }
}

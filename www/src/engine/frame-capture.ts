// Captures from pictures that the caller provides, without a camera or a video element, so that it works in a worker
// too.

import { asFailure, type CaptureError, captureError } from './errors.js';
import type { LoadOptions } from './load-options.js';
import { loadEngine } from './loader.js';
import type { Picture, TimedPicture } from './pictures.js';
import type {
  CaptureConfig,
  CaptureEvent,
  EventMessage,
  Finished,
  FrameTransfer,
  Listener,
  Viewport,
  WindowMessage,
  WorkerMessage,
} from './types.js';
import { WorkerFactory } from './worker-factory.js';

/** The message that transfers a picture to the worker. */
interface PictureMessage {
  kind: FrameTransfer;
  detail: Picture;
  capturedAt?: number;
}

function isTimed(picture: Picture | TimedPicture): picture is TimedPicture {
  return 'image' in picture;
}

function sizeOf(image: Picture): { width: number; height: number } {
  if ('displayWidth' in image) return { width: image.displayWidth, height: image.displayHeight };
  return { width: image.width, height: image.height };
}

function pictureMessage(image: Picture, time: number | undefined): [message: PictureMessage, transfer: Transferable[]] {
  const content = { detail: image, ...(time === undefined ? {} : { capturedAt: time }) };
  if ('displayWidth' in image) return [{ kind: 'video_frame', ...content }, [image]];
  if ('data' in image) return [{ kind: 'pixels', ...content }, [image.data.buffer]];
  return [{ kind: 'image_bitmap', ...content }, [image]];
}

export interface FrameCaptureOptions {
  pictures: AsyncIterable<Picture | TimedPicture> | Iterable<Picture | TimedPicture>;
  viewport?: Viewport | undefined;
  config?: CaptureConfig | Record<string, unknown> | undefined;
  load?: LoadOptions | undefined;
}

/** Sends pictures to a worker, one at a time, until the session ends. */
export class FrameCapture {
  readonly #options: FrameCaptureOptions;
  readonly #onEvent: Listener;
  #worker: Worker | null = null;
  #done: (() => void) | null = null;
  /** Rejects a pending start; later it has no effect. */
  #rejectStart: ((error: CaptureError) => void) | null = null;

  constructor(options: FrameCaptureOptions, onEvent: Listener) {
    this.#options = options;
    this.#onEvent = onEvent;
  }

  /** Loads the engine in advance. */
  async load(): Promise<void> {
    await loadEngine(this.#options.load, (loaded, total) => this.#onEvent('loading', { loaded, total }));
  }

  /** Starts; resolves once the worker is ready and the first picture is requested. */
  async start(): Promise<void> {
    const { load = {}, config, pictures } = this.#options;
    const [engine, workerFactory] = await Promise.all([loadEngine(load), WorkerFactory.open(load)]);
    await new Promise<void>((ready, fail) => {
      const worker = workerFactory.spawn(engine, config);
      this.#worker = worker;
      this.#rejectStart = fail;
      worker.onmessage = ({ data }: MessageEvent<WorkerMessage | EventMessage>) => this.#onMessage(data, ready, fail);
      worker.onerror = ({ message }) => fail(captureError('asset_load_failed', message));
    });
    this.#onEvent('ready', undefined);
    this.#sendPictures(pictures).catch((error) => this.#fail(error));
  }

  cancel(): void {
    this.#post({ kind: 'signal', name: 'cancel' });
  }

  destroy(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#done?.();
    this.#rejectStart?.(captureError('cancelled', 'destroyed'));
  }

  #post(message: WindowMessage | PictureMessage, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #onMessage(message: WorkerMessage | EventMessage, ready: () => void, fail: (error: CaptureError) => void): void {
    if (message.kind === 'ready') ready();
    else if (message.kind === 'frame_done') this.#done?.();
    else if (message.kind === 'event') this.#onEvent(message.name, detailOf(message) as never);
    else if (message.kind === 'finished') this.#finish(message.detail);
    else if (message.kind === 'refused') fail(captureError('asset_load_failed', message.detail));
    else if (message.kind === 'crashed') this.#fail(message.detail);
    else if (message.kind === 'source_failed') this.#fail(captureError('unsupported_image', message.detail));
  }

  #finish(result: Finished): void {
    this.destroy();
    this.#onEvent('finished', result);
    if (result.error) this.#onEvent('error', result.error);
  }

  #fail(error: unknown): void {
    if (!this.#worker) return;
    this.destroy();
    this.#onEvent('error', asFailure(error));
  }

  async #sendPictures(pictures: FrameCaptureOptions['pictures']): Promise<void> {
    let started = false;
    for await (const picture of pictures) {
      const { image, time } = isTimed(picture) ? picture : { image: picture, time: undefined };
      if (!this.#worker) {
        if ('close' in image) image.close();
        return;
      }
      if (!started) {
        started = true;
        this.#post({ kind: 'viewport', ...(this.#options.viewport ?? sizeOf(image)) });
        this.#post({ kind: 'signal', name: 'start' });
      }
      const done = new Promise<void>((resolve) => {
        this.#done = resolve;
      });
      this.#post(...pictureMessage(image, time));
      await done;
    }
    // The end of the pictures is handled like an unplugged camera.
    this.#post({ kind: 'signal', name: 'track_ended' });
  }
}

/** Undefined for an event without a detail. */
function detailOf(event: CaptureEvent): unknown {
  return 'detail' in event ? event.detail : undefined;
}

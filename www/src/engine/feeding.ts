// A capture of pictures that somebody else brings: no camera, no video element, and so in a worker as well.

import { asFailure, type CaptureError, ownError } from './errors.js';
import type { LoadOptions } from './load-options.js';
import { loadEngine } from './loader.js';
import type { Picture, TimedPicture } from './pictures.js';
import { Workers } from './spawning.js';
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

/** A picture on its way to the worker. */
interface PictureMessage {
  kind: FrameTransfer;
  detail: Picture;
  capturedAt?: number;
}

function isTimed(given: Picture | TimedPicture): given is TimedPicture {
  return 'image' in given;
}

function sizeOf(image: Picture): { width: number; height: number } {
  if ('displayWidth' in image) return { width: image.displayWidth, height: image.displayHeight };
  return { width: image.width, height: image.height };
}

function message(image: Picture, time: number | undefined): [note: PictureMessage, moved: Transferable[]] {
  const note = { detail: image, ...(time === undefined ? {} : { capturedAt: time }) };
  if ('displayWidth' in image) return [{ kind: 'video_frame', ...note }, [image]];
  if ('data' in image) return [{ kind: 'pixels', ...note }, [image.data.buffer]];
  return [{ kind: 'image_bitmap', ...note }, [image]];
}

export interface FeedOptions {
  pictures: AsyncIterable<Picture | TimedPicture> | Iterable<Picture | TimedPicture>;
  viewport?: Viewport | undefined;
  config?: CaptureConfig | Record<string, unknown> | undefined;
  load?: LoadOptions | undefined;
}

/** Feeds pictures to a worker, one at a time, until the session ends. */
export class Feeding {
  readonly #options: FeedOptions;
  readonly #onEvent: Listener;
  #worker: Worker | null = null;
  #done: (() => void) | null = null;
  /** Ends a start that waits for the worker; later it does nothing. */
  #refuse: ((error: CaptureError) => void) | null = null;

  constructor(options: FeedOptions, onEvent: Listener) {
    this.#options = options;
    this.#onEvent = onEvent;
  }

  /** Loads the engine, so that the start finds it ready. */
  async load(): Promise<void> {
    await loadEngine(this.#options.load, (loaded, total) => this.#onEvent('loading', { loaded, total }));
  }

  /** Starts; resolves once the worker is ready for pictures, which are then taken until the end. */
  async start(): Promise<void> {
    const { load = {}, config, pictures } = this.#options;
    const [engine, workers] = await Promise.all([loadEngine(load), Workers.open(load)]);
    await new Promise<void>((ready, fail) => {
      const worker = workers.spawn(engine, config);
      this.#worker = worker;
      this.#refuse = fail;
      worker.onmessage = ({ data }: MessageEvent<WorkerMessage | EventMessage>) => this.#hear(data, ready, fail);
      worker.onerror = ({ message }) => fail(ownError('asset_load_failed', message));
    });
    this.#onEvent('ready', undefined);
    this.#pour(pictures).catch((error) => this.#fail(error));
  }

  cancel(): void {
    this.#post({ kind: 'signal', name: 'cancel' });
  }

  destroy(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#done?.();
    this.#refuse?.(ownError('cancelled', 'destroyed'));
  }

  #post(note: WindowMessage | PictureMessage, moved: Transferable[] = []): void {
    this.#worker?.postMessage(note, moved);
  }

  #hear(message: WorkerMessage | EventMessage, ready: () => void, fail: (error: CaptureError) => void): void {
    if (message.kind === 'ready') ready();
    else if (message.kind === 'frame_done') this.#done?.();
    else if (message.kind === 'event') this.#onEvent(message.name, detailOf(message) as never);
    else if (message.kind === 'finished') this.#finish(message.detail);
    else if (message.kind === 'refused') fail(ownError('asset_load_failed', message.detail));
    else if (message.kind === 'crashed') this.#fail(message.detail);
    else if (message.kind === 'source_failed') this.#fail(ownError('unsupported_image', message.detail));
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

  async #pour(pictures: FeedOptions['pictures']): Promise<void> {
    let started = false;
    for await (const given of pictures) {
      const { image, time } = isTimed(given) ? given : { image: given, time: undefined };
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
      this.#post(...message(image, time));
      await done;
    }
    // No pictures any more is what a camera does that was unplugged.
    this.#post({ kind: 'signal', name: 'track_ended' });
  }
}

/** Undefined for an event without a detail. */
function detailOf(event: CaptureEvent): unknown {
  return 'detail' in event ? event.detail : undefined;
}

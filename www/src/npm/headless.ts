// The headless core: captures for integrators with their own interface.

import { type CameraCapture, prepareCapture } from '../engine/camera-capture.js';
import { asError, captureError, optionsError } from '../engine/errors.js';
import { FrameCapture } from '../engine/frame-capture.js';
import type { CaptureEvents, Finished } from '../engine/types.js';
import { CaptureListeners, CaptureState, constraintsOf } from './headless-state.js';
import type { HeadlessCapture, HeadlessOptions, Instruction } from './headless-types.js';
import { logged } from './logged.js';
import type { SessionCapture, SessionOptions } from './session.js';

function check({ video, stream, frames }: HeadlessOptions): void {
  if (frames && (video || stream)) throw optionsError('frames: it excludes video and stream');
  if (!frames && !globalThis.document) throw optionsError('frames: it is required without a window');
}

/** Whether the caller wants a session, even if its address is still undefined, which is then an error. */
function isInSession(options: HeadlessOptions | SessionOptions): options is SessionOptions {
  return 'sessionUrl' in options || 'token' in options || 'apiUrl' in options;
}

/**
 * Opens a session of the service, loads the engine and prepares a capture whose pictures can be submitted. Rejects with
 * a `CaptureError`.
 *
 * @example
 * ```js
 * const capture = await createCapture({ video, sessionUrl });
 * capture.start();
 * for await (const { code } of capture) hint.textContent = code;
 * await capture.submit();
 * const { passed } = await capture.verdict();
 * ```
 */
export function createCapture(options: SessionOptions): Promise<SessionCapture>;
/** Loads the engine and prepares a capture. Rejects with a `CaptureError`. */
export function createCapture(options?: HeadlessOptions): Promise<HeadlessCapture>;
export async function createCapture(options: HeadlessOptions | SessionOptions = {}): Promise<HeadlessCapture> {
  if (!isInSession(options)) return logged(() => createPlainCapture(options));
  const { openSession } = await logged(() =>
    import('./session-capture.js').catch((error) => {
      throw captureError('asset_load_failed', String(error));
    }),
  );
  return openSession(options);
}

async function createPlainCapture(options: HeadlessOptions): Promise<HeadlessCapture> {
  check(options);
  const { frames: pictures, video, stream, source, config, load, viewport, signal } = options;
  const listeners = new CaptureListeners();
  const state = new CaptureState();
  const onEvent = <Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]) => {
    if (name === 'instruction') state.instructions.push(detail as Instruction);
    if (name === 'finished') state.finish(detail as Finished);
    if (name === 'error') state.fail(asError(detail));
    listeners.emit(name, detail);
  };
  const cameraOptions = { source, config, load, stream, constraints: constraintsOf(options) };
  const engine: CameraCapture | FrameCapture = pictures
    ? new FrameCapture({ pictures, viewport, config, load }, onEvent)
    : await prepareCapture(video ?? document.createElement('video'), cameraOptions, onEvent);
  if (engine instanceof FrameCapture) await engine.load();
  const destroy = async () => {
    engine.destroy();
    state.fail(captureError('cancelled', 'destroyed'));
  };
  signal?.addEventListener('abort', () => void destroy(), { once: true });
  if (signal?.aborted) await destroy();
  return {
    build: 'build' in engine ? engine.build : null,
    frames: state.frames,
    start: () =>
      logged(() => engine.start()).catch((error) => {
        state.fail(error);
        throw error;
      }),
    on: (name, listener) => listeners.on(name, listener),
    cancel: () => engine.cancel(),
    destroy,
    [Symbol.asyncIterator]: () => state.instructions.read(),
  };
}

// One headless capture as its caller sees it: the camera, the promise of the pictures, the instructions, and the
// listeners.

import { DEFAULT_CONSTRAINTS } from '../engine/cameras.js';
import { asError, type CaptureError, captureError } from '../engine/errors.js';
import type { CaptureEvents, Finished } from '../engine/types.js';
import type { Captured, HeadlessOptions, Instruction } from './headless-types.js';
import { Latest } from './latest.js';

/** The constraints with the preferred camera. */
export function constraintsOf({
  constraints,
  deviceId,
}: Pick<HeadlessOptions, 'constraints' | 'deviceId'>): MediaTrackConstraints | undefined {
  if (deviceId === undefined) return constraints;
  return { ...(constraints ?? DEFAULT_CONSTRAINTS), deviceId: { ideal: deviceId } };
}

function captured({ outcome, error, far, near, audit, instructions }: Finished): Captured {
  if (outcome === 'captured' && far && near) return { far, near, audit, instructions };
  if (outcome === 'cancelled') throw captureError('cancelled');
  throw asError(error);
}

/** The pictures and the instructions of one capture. */
export class CaptureState {
  readonly instructions = new Latest<Instruction>();
  readonly frames: Promise<Captured>;
  #resolve: (captured: Captured) => void = () => undefined;
  #reject: (error: CaptureError) => void = () => undefined;

  constructor() {
    this.frames = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A caller that iterates first and awaits the frames later must not cause an unhandled rejection.
    this.frames.catch(() => undefined);
  }

  finish(result: Finished): void {
    try {
      this.#resolve(captured(result));
      this.instructions.end();
    } catch (error) {
      this.fail(asError(error));
    }
  }

  fail(error: CaptureError): void {
    this.#reject(error);
    this.instructions.end();
  }
}

/** Listeners by the names of the events. */
export class CaptureListeners {
  readonly #target = new EventTarget();

  emit<Name extends keyof CaptureEvents>(name: Name, detail: CaptureEvents[Name]): void {
    this.#target.dispatchEvent(new CustomEvent(name, { detail }));
  }

  /** Adds a listener; returns a function that removes it. */
  on<Name extends keyof CaptureEvents>(name: Name, listener: (detail: CaptureEvents[Name]) => void): () => void {
    const handle = (event: Event) => listener((event as CustomEvent).detail);
    this.#target.addEventListener(name, handle);
    return () => this.#target.removeEventListener(name, handle);
  }
}

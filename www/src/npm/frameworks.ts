// What the components of nearfar/react and nearfar/vue share: the names of properties and events, and the element's
// life. Importing this module has no side effects.

import { asFailure, captureError } from '../engine/errors.js';
import { logFailure } from '../engine/failure-log.js';
import { ATTRIBUTE_NAMES, type Attributes } from './attributes.js';
import { defineElement } from './element.js';
import type { LivenessEvents } from './liveness-events.js';
import { version } from './version.js';

export { ATTRIBUTE_NAMES } from './attributes.js';

/** Every event once: the compiler reports one that is missing. */
const EVENTS: Record<keyof LivenessEvents, true> = {
  ready: true,
  permission: true,
  started: true,
  instruction: true,
  phase: true,
  progress: true,
  captured: true,
  uploading: true,
  complete: true,
  continue: true,
  cancel: true,
  error: true,
  unsupported: true,
  'camera-change': true,
};

/** The names of the element's events. */
export const EVENT_NAMES = Object.keys(EVENTS) as (keyof LivenessEvents)[];

/** Receives each event of the element. */
export type Listener = <Name extends keyof LivenessEvents>(name: Name, detail: LivenessEvents[Name]) => void;

/** Sets every property of the element. One that is not given is reset. It works before the element is defined, too. */
export function setProperties(element: HTMLElement, properties: Partial<Attributes>): void {
  for (const name of ATTRIBUTE_NAMES) (element as unknown as Record<string, unknown>)[name] = properties[name] ?? null;
}

/**
 * Defines the element and passes its events to `listener`. If the element cannot be loaded, `listener` receives the
 * `error`. Returns a function that stops.
 */
export function connect(element: HTMLElement, listener: Listener): () => void {
  const forward = (event: Event) => {
    // Content in a slot has events of the same names, such as `cancel` of a file input.
    if (event.target === element) listener(event.type as keyof LivenessEvents, (event as CustomEvent).detail);
  };
  for (const name of EVENT_NAMES) element.addEventListener(name, forward);
  let isConnected = true;
  defineElement().catch((error) => {
    if (!isConnected) return;
    const failure = asFailure(captureError('asset_load_failed', String(error)));
    void logFailure('<nearfar-liveness>', failure);
    listener('error', { ...failure, sessionId: null, version });
  });
  return () => {
    isConnected = false;
    for (const name of EVENT_NAMES) element.removeEventListener(name, forward);
  };
}

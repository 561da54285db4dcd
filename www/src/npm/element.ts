// Defines <nearfar-liveness> on request. Importing this module has no side effects.

import type { Attributes } from './attributes.js';
import type { LivenessEvents } from './liveness-events.js';

/** The element's interface. */
export interface NearfarLivenessElement extends HTMLElement, Attributes {
  /** Starts over with the current attributes and properties. */
  restart(): void;
  /** Releases camera, worker and requests, and removes the element from the page. */
  destroy(): Promise<void>;
  /** Adds a listener for one of the element's own events. */
  addEventListener<Name extends keyof LivenessEvents>(
    name: Name,
    listener: (event: CustomEvent<LivenessEvents[Name]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Adds a listener for any other event. */
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Removes a listener for one of the element's own events. */
  removeEventListener<Name extends keyof LivenessEvents>(
    name: Name,
    listener: (event: CustomEvent<LivenessEvents[Name]>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  /** Removes a listener for any other event. */
  removeEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'nearfar-liveness': NearfarLivenessElement;
  }
}

/** Finished and pending definitions by name. */
const defined = new Map<string, Promise<CustomElementConstructor>>();

async function define(name: string): Promise<CustomElementConstructor> {
  const { NearfarLiveness } = await import('./liveness.js');
  const known = customElements.get(name);
  if (known) return known;
  // A constructor can be registered under one name only.
  const Element = class extends NearfarLiveness {};
  customElements.define(name, Element);
  return Element;
}

/**
 * Defines the element, once for each name. Resolves to null without custom elements, as on a server. After a failure (a
 * chunk that did not load) it can be called again.
 */
export async function defineElement(name = 'nearfar-liveness'): Promise<CustomElementConstructor | null> {
  if (!globalThis.customElements) return null;
  let definition = defined.get(name);
  if (!definition) {
    definition = define(name);
    defined.set(name, definition);
    definition.catch(() => defined.delete(name));
  }
  return definition;
}

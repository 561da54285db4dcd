// Putting <nearfar-liveness> at a page's disposal. Importing this does nothing.

import type { Attributes } from './attributes.js';
import type { LivenessEvents } from './liveness-events.js';

/** The element as scripts see it. */
export interface NearfarLivenessElement extends HTMLElement, Attributes {
  /** Begins anew, from the session as it is now. */
  restart(): void;
  /** Lets camera, worker and requests go, and takes the element out of the page. */
  destroy(): Promise<void>;
  /** Hears one of the element's own events. */
  addEventListener<Name extends keyof LivenessEvents>(
    name: Name,
    listener: (event: CustomEvent<LivenessEvents[Name]>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Hears any other event. */
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    'nearfar-liveness': NearfarLivenessElement;
  }
}

/** Definitions that are done or under way, by their names. */
const defined = new Map<string, Promise<CustomElementConstructor>>();

async function define(name: string): Promise<CustomElementConstructor> {
  const { NearfarLiveness } = await import('./liveness.js');
  const known = customElements.get(name);
  if (known) return known;
  // A constructor goes by one name only.
  const Element = class extends NearfarLiveness {};
  customElements.define(name, Element);
  return Element;
}

/**
 * Defines the element, once for each name; resolves to null where there are no elements, as on a server. After a
 * failure (a chunk that did not load) it can be called again.
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

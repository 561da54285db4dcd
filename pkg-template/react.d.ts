import type { ClassAttributes, ForwardRefExoticComponent, HTMLAttributes, RefAttributes } from 'react';
import type { NearfarLivenessElement } from './dist/types/npm/element.js';
import type { Callbacks, Tag, TagListeners, TagProperties } from './types/tag.js';

export type { NearfarLivenessElement } from './dist/types/npm/element.js';

/** The element's properties, a callback for each of its events, and the attributes of every HTML element. */
export interface LivenessProps
  extends TagProperties,
    Callbacks,
    Omit<HTMLAttributes<NearfarLivenessElement>, keyof TagProperties | keyof Callbacks> {}

/**
 * `<nearfar-liveness>` as a component: it loads and defines the element. Callbacks receive the events' details, `ref` the
 * element. On a server it renders the empty tag.
 */
export const Liveness: ForwardRefExoticComponent<LivenessProps & RefAttributes<NearfarLivenessElement>>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'nearfar-liveness': Tag<HTMLAttributes<NearfarLivenessElement>, TagListeners> &
        ClassAttributes<NearfarLivenessElement>;
    }
  }
}

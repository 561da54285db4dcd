import type { ComponentOptionsMixin, DefineComponent, HTMLAttributes } from 'vue';
import type { NearfarLivenessElement } from './dist/types/npm/element.js';
import type { LivenessEvents } from './dist/types/npm/liveness-events.js';
import type { CamelCaseListeners, Tag, TagProperties } from './types/tag.js';

export type { NearfarLivenessElement } from './dist/types/npm/element.js';

type CamelCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${First}${Capitalize<CamelCase<Rest>>}`
  : Name;

type Nothing = Record<never, never>;

/** The element's properties. */
export interface LivenessProps extends TagProperties {}

/** What a template ref to the component has. */
export interface LivenessExposed {
  /** The element; null before it is mounted. */
  element: NearfarLivenessElement | null;
}

/** The component's events. A listener receives the detail of the element's event. */
export type LivenessEmits = {
  [Name in keyof LivenessEvents as CamelCase<Name>]: (detail: LivenessEvents[Name]) => void;
};

/** `<nearfar-liveness>` as a component: it loads and defines the element. On a server it renders the empty tag. */
export const Liveness: DefineComponent<
  LivenessProps,
  LivenessExposed,
  Nothing,
  Nothing,
  Nothing,
  ComponentOptionsMixin,
  ComponentOptionsMixin,
  LivenessEmits
>;

declare module 'vue' {
  interface GlobalComponents {
    'nearfar-liveness': new () => { $props: Tag<HTMLAttributes, CamelCaseListeners> };
  }
}

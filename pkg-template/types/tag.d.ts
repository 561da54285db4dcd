// What can be written on the tag <nearfar-liveness>, for the JSX and template types of the frameworks.

import type { Attributes, LivenessEvents } from '../dist/types/npm/index.js';

type KebabCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${KebabCase<Rest>}`
    : `-${Lowercase<First>}${KebabCase<Rest>}`
  : '';

type PascalCase<Name extends string> = Name extends `${infer First}-${infer Rest}`
  ? `${Capitalize<First>}${PascalCase<Rest>}`
  : Capitalize<Name>;

/** The element's properties. */
export type TagProperties = { [Name in keyof Attributes]?: Attributes[Name] | undefined };

/** The attributes whose name differs from their property's: `session-url`. They take no objects. */
type TagAttributes = {
  [Name in keyof Attributes as KebabCase<Name> extends Name ? never : KebabCase<Name>]?:
    | Extract<Attributes[Name], string | number | boolean | null>
    | undefined;
};

/** A listener for each event, with a prefix: `oncomplete`, `oncamera-change`. */
export type TagListeners<Prefix extends string = 'on'> = {
  [Name in keyof LivenessEvents as `${Prefix}${Name}`]?:
    | ((event: CustomEvent<LivenessEvents[Name]>) => void)
    | undefined;
};

/** The same, in camel case: `onComplete`, `onCameraChange`. */
export type CamelCaseListeners = {
  [Name in keyof LivenessEvents as `on${PascalCase<Name>}`]?:
    | ((event: CustomEvent<LivenessEvents[Name]>) => void)
    | undefined;
};

/** A callback for each event, which receives its detail: `onComplete`, `onCameraChange`. */
export type Callbacks = {
  [Name in keyof LivenessEvents as `on${PascalCase<Name>}`]?: ((detail: LivenessEvents[Name]) => void) | undefined;
};

/** The attributes of HTML elements, with ours in place of those of the same name. */
export type Tag<Html, Listeners> = Omit<Html, keyof TagProperties | keyof Listeners> &
  TagProperties &
  TagAttributes &
  Listeners;

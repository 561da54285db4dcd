import type { State } from './state.js';
/** Attributes and their names as properties. */
export type PropertyNames = Map<string, string>;
/** A page with a script tag: it needs no bundler. */
export declare function htmlCode(state: State): string;
/** The same as a component of React. */
export declare function reactCode(state: State, properties: PropertyNames): string;
/** The body of ConfigureUI. */
export declare function configureUiCode({ ui, locale }: State): string;

// The attributes of <nearfar-liveness>. They work before and after the element is in the page.

import type { SessionConfig, Thresholds } from '../engine/types.js';
import type { Messages } from '../i18n/messages.js';

/** Time limits and hold times, ms. */
export interface Timeouts extends SessionConfig {
  /** The time limit for loading each file of the engine. Default 20000. */
  load?: number;
}

/** Attributes are strings; the corresponding properties may hold the value itself. */
export interface Attributes {
  /** The session's address from the service's Get Token, which includes the token. */
  sessionUrl: string | null;
  /** The session's token; together with `api-url` it replaces `session-url`. */
  token: string | null;
  /** The address of the service's hosted page, such as `https://liveness.example/h5/`. */
  apiUrl: string | null;
  /** The folder of the engine's files; see `LoadOptions`. */
  assetsUrl: string | null;
  /** The address of the wasm; see `LoadOptions`. */
  wasmSrc: string | WebAssembly.Module | null;
  /** The address of the model; see `LoadOptions`. */
  modelSrc: string | null;
  /** The address of the worker's script; see `LoadOptions`. */
  workerSrc: string | null;
  /** A language tag such as `pt-BR`; by default the nearest `lang` around the element, then the browser's language. */
  locale: string | null;
  /** Texts that replace the element's own, by key: `messages.json` of the package. JSON in an attribute. */
  messages: Messages | string | null;
  /** `light`, `dark`, or `auto` for the device's setting. */
  theme: 'light' | 'dark' | 'auto' | null;
  /** The id of the preferred camera. */
  deviceId: string | null;
  /** Replaces the default constraints: front camera, 1280x720, 30 frames a second. JSON in an attribute. */
  constraints: MediaTrackConstraints | string | null;
  /** Thresholds of the guidance: docs/SESSION.md. JSON in an attribute. */
  thresholds: Thresholds | string | null;
  /** Time limits and hold times, ms: docs/SESSION.md; and `load`, the time limit per file. JSON in an attribute. */
  timeouts: Timeouts | string | null;
  /** Whether to show the page of tips first; default true. */
  startScreen: boolean | string | null;
  /** Whether to show the result page at the end; default true. */
  resultScreen: boolean | string | null;
  /** How often the person may try here, within the session's own limit. */
  maxAttempts: number | string | null;
  /** Whether to offer another device if the session allows it; default true. */
  crossDevice: boolean | string | null;
  /** The address of your page that says how the person's data is used; the start page links to it. */
  privacyUrl: string | null;
  /** The nonce of style elements, for browsers without constructable style sheets. */
  cspNonce: string | null;
  /** Whether to log every event to the console. */
  debug: boolean | string | null;
}

/** The properties. Each has an attribute of the same name in kebab case. */
export const ATTRIBUTE_NAMES = [
  ...(['sessionUrl', 'token', 'apiUrl', 'assetsUrl', 'wasmSrc', 'modelSrc', 'workerSrc', 'locale'] as const),
  ...(['messages', 'theme', 'deviceId', 'constraints', 'thresholds', 'timeouts', 'startScreen'] as const),
  ...(['resultScreen', 'maxAttempts', 'crossDevice', 'privacyUrl', 'cspNonce', 'debug'] as const),
] satisfies (keyof Attributes)[];

/** The attribute of a property. */
export const attributeOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Lower-case property names, as HTML stores `sessionUrl`, and their attributes. A framework writes them if it is given
 * the property's name while the element is not defined.
 */
export const ALIASES = new Map(
  ATTRIBUTE_NAMES.map((name) => [name.toLowerCase(), attributeOf(name)] as const).filter(
    ([alias, name]) => alias !== name,
  ),
);

/** The element's properties. One that a framework has removed is `undefined` and counts as not set. */
export function attributesOf(element: Attributes): Attributes {
  return Object.fromEntries(ATTRIBUTE_NAMES.map((name) => [name, element[name] ?? null])) as unknown as Attributes;
}

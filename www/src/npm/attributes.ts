// The attributes of <nearfar-liveness>. They work before and after the element is in the page.

/** An attribute is a text; the property of the same meaning may be the thing itself. */
export interface Attributes {
  /** The session's address, as the service's Get Token gives it. It holds service and token. */
  sessionUrl: string | null;
  /** The session's token, in place of `session-url`; with `api-url`. */
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
  /** A tag such as `pt-BR`; the page's own language, then the browser's, unless told. */
  locale: string | null;
  /** Texts in place of the element's own, by their keys. In an attribute: JSON. */
  messages: Record<string, string> | string | null;
  /** `light`, `dark`, or as the device has it. */
  theme: 'light' | 'dark' | 'auto' | null;
  /** The id of a camera, as a wish. */
  deviceId: string | null;
  /** `MediaTrackConstraints` in place of: front camera, 1280x720, 30 frames a second. In an attribute: JSON. */
  constraints: MediaTrackConstraints | string | null;
  /** Thresholds of the guidance: docs/SESSION.md. In an attribute: JSON. */
  thresholds: Record<string, unknown> | string | null;
  /** Time limits and holds, ms: docs/SESSION.md; and `load`, how long a file may take. In an attribute: JSON. */
  timeouts: Record<string, number> | string | null;
  /** Whether the tips come first; true unless `false`. */
  startScreen: boolean | string | null;
  /** Whether the end has a page of its own; true unless `false`. */
  resultScreen: boolean | string | null;
  /** How often the person may try here; the session's own count holds as well. */
  maxAttempts: number | string | null;
  /** Whether another device may be offered if the session allows it; true unless `false`. */
  crossDevice: boolean | string | null;
  /** For browsers without constructable style sheets: the nonce of the style elements. */
  cspNonce: string | null;
  /** Whether every event is written to the console. */
  debug: boolean | string | null;
}

/** The properties, each of which is an attribute of the same name in kebab case too. */
export const NAMES = [
  ...(['sessionUrl', 'token', 'apiUrl', 'assetsUrl', 'wasmSrc', 'modelSrc', 'workerSrc', 'locale'] as const),
  ...(['messages', 'theme', 'deviceId', 'constraints', 'thresholds', 'timeouts', 'startScreen'] as const),
  ...(['resultScreen', 'maxAttempts', 'crossDevice', 'cspNonce', 'debug'] as const),
] satisfies (keyof Attributes)[];

/** The attribute of a property. */
export const attributeOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Attributes by the names of their properties in small letters, as HTML keeps `sessionUrl`: what a framework writes that
 * is told the property's name while the element is not defined.
 */
export const ALIASES = new Map(
  NAMES.map((name) => [name.toLowerCase(), attributeOf(name)] as const).filter(([alias, name]) => alias !== name),
);

/** What an element is told: a property that a framework takes away is `undefined`, and then as good as never set. */
export function given(element: Attributes): Attributes {
  return Object.fromEntries(NAMES.map((name) => [name, element[name] ?? null])) as unknown as Attributes;
}

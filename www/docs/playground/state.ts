// The state of the playground, which it sends to the preview and keeps in the address.

/** What is shown: the fields that differ from their defaults, the screen, the device and the camera. */
export interface State {
  /** Attributes by name. */
  attributes: Record<string, string>;
  /** Custom properties of CSS by name. */
  styles: Record<string, string>;
  /** The body of ConfigureUI without `locale`. */
  ui: Record<string, unknown>;
  /** The language of the configuration. */
  locale: string;
  /** One of `SCREENS`. */
  screen: string;
  device: 'phone' | 'computer';
  /** The name of a scenario of `nearfar/testing`. */
  scenario: string;
}

/** The screens that the preview can begin with. */
export const SCREENS = {
  start: 'Start page',
  camera: 'Camera',
  scoring: 'Scoring',
  passed: 'Result: passed',
  failed: 'Result: not passed',
  retry: 'Result: try again',
  handoff: 'Another device',
  expired: 'Session expired',
} as const;

export type ScreenName = keyof typeof SCREENS;

/** The state without changes. */
export const initialState = (): State => ({
  attributes: {},
  styles: {},
  ui: {},
  locale: 'en_US',
  screen: 'start',
  device: 'phone',
  scenario: 'captured',
});

/** Reads a state from an address's fragment; what is missing or malformed there has its default. */
export function stateFromHash(hash: string): State {
  const state = initialState();
  try {
    const found = JSON.parse(decodeURIComponent(hash.slice(1)));
    if (typeof found !== 'object' || found === null) return state;
    for (const name of ['attributes', 'styles', 'ui'] as const)
      if (typeof found[name] === 'object' && found[name] !== null) state[name] = found[name];
    for (const name of ['locale', 'screen', 'scenario'] as const)
      if (typeof found[name] === 'string') state[name] = found[name];
    if (found.device === 'computer') state.device = 'computer';
  } catch {
    // Another fragment, or none.
  }
  return state;
}

/** The fragment of a state: only what differs from the defaults. */
export function hashOf(state: State): string {
  const usual = JSON.stringify(initialState());
  const initial: Record<string, unknown> = JSON.parse(usual);
  const changed = Object.entries(state).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(initial[name]),
  );
  return changed.length === 0 ? '' : `#${encodeURIComponent(JSON.stringify(Object.fromEntries(changed)))}`;
}

/** Messages between the playground and its preview. */
export type ToPreview = { kind: 'show'; state: State };
export type FromPreview =
  | { kind: 'ready'; scenarios: [name: string, description: string][] }
  | { kind: 'event'; name: string; detail: string };

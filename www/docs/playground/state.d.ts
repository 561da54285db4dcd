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
export declare const SCREENS: {
    readonly start: 'Start page';
    readonly camera: 'Camera';
    readonly scoring: 'Scoring';
    readonly passed: 'Result: passed';
    readonly failed: 'Result: not passed';
    readonly retry: 'Result: try again';
    readonly handoff: 'Another device';
    readonly expired: 'Session expired';
};
export type ScreenName = keyof typeof SCREENS;
/** The state without changes. */
export declare const initialState: () => State;
/** Reads a state from an address's fragment; what is missing or malformed there has its default. */
export declare function stateFromHash(hash: string): State;
/** The fragment of a state: only what differs from the defaults. */
export declare function hashOf(state: State): string;
/** Messages between the playground and its preview. */
export type ToPreview = {
    kind: 'show';
    state: State;
};
export type FromPreview = {
    kind: 'ready';
    scenarios: [name: string, description: string][];
} | {
    kind: 'event';
    name: string;
    detail: string;
};

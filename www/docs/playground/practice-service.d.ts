import type { ScreenName } from './state.js';
/** A practice session. */
export declare class PracticeService {
    #private;
    constructor(screen: ScreenName, ui: Record<string, unknown>, isPhone: boolean);
    /** The body of the response to a request; `path` is relative to the API's root. */
    answer(method: string, path: string, query: URLSearchParams, signal: AbortSignal | null): Promise<unknown>;
}

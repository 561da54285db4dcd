/** A stored choice, or null. */
export declare function readChoice(key: string): string | null;
/** Stores a choice; where storage is blocked it lasts until the page is left. */
export declare function writeChoice(key: string, value: string): void;

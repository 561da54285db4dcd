/** A button that copies a text, and says so. */
export declare function copyButton(text: () => string): HTMLButtonElement;
/** Adds the buttons. */
export declare function addCopyButtons(): void;

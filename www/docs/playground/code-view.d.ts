/** Adds tabs with these names to a container, and returns the function that sets their texts. */
export declare function codeView(container: HTMLElement, names: string[]): (texts: string[]) => void;

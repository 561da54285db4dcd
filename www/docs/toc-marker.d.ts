/** Watches the headings, where the list is shown. */
export declare function addTocMarker(): void;

/** Makes the link a button. */
export declare function addMenu(): void;

/** Shows the button and connects the dialog. */
export declare function addSearch(): void;

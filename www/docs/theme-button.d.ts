/** Shows the button. */
export declare function addThemeButton(): void;

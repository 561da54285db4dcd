/** Makes the tabs of the page. */
export declare function addTabs(): void;

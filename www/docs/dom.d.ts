/** The element with this id. Throws an error if the template lacks it. */
export declare function byId<T extends HTMLElement>(id: string): T;
/** A new element with attributes, properties in `data-` included, and children. */
export declare function create<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, attributes?: Record<string, string>, ...children: (Node | string)[]): HTMLElementTagNameMap[Tag];

/** One section of a document, as the build writes it into `search.json`. */
export interface Section {
    page: string;
    section: string;
    heading: string;
    /** Its address from the site's root. */
    url: string;
    text: string;
}
/** A section that was found, with a part of its text around the first word found. */
export interface Hit extends Section {
    excerpt: string;
    terms: string[];
}
/** Loads the sections and returns the function that searches them. */
export declare function openIndex(root: string): Promise<(query: string) => Hit[]>;

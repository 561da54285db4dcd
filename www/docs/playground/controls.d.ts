import type { State } from './state.js';
/** A problem with a value, for the reader. */
export type Report = (problem: string) => void;
/** All controls of the page. */
export declare class Controls {
    #private;
    /** The names of the properties by the names of the attributes. */
    readonly properties: Map<string, string>;
    /** Reads every field. A value that is not valid is left out, marked and reported. */
    read(report: Report): Pick<State, 'attributes' | 'styles' | 'ui' | 'locale'>;
    /** Shows a state in the fields. */
    write({ attributes, styles, ui, locale }: State): void;
    /** Shows only the settings whose name or description contains a text. */
    filter(text: string): void;
    /** Connects each colour's picker with its text. */
    connectPickers(changed: () => void): void;
}

// The controls of the playground: reads the state from them, and writes a state into them.

import { byId } from '../dom.js';
import type { State } from './state.js';

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** One setting: its row, its control, and where its value belongs. */
interface Field {
  row: HTMLElement;
  control: Control;
  target: string;
  page: string;
  name: string;
  kind: string;
}

/** A problem with a value, for the reader. */
export type Report = (problem: string) => void;

function fields(): Field[] {
  return Array.from(document.querySelectorAll<HTMLElement>('.field'), (row) => {
    const control = row.querySelector<Control>('input, select, textarea');
    if (!control) throw new Error(`no control for ${row.dataset.name}`);
    const { target = '', page = '', name = '', kind = '' } = row.dataset;
    return { row, control, target, page, name, kind };
  });
}

const isColor = (text: string) => /^#(?:[\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(text);

/** The value of a field of ConfigureUI; undefined if the service would refuse it. */
function uiValue({ kind }: Field, text: string): unknown {
  if (kind === 'flag') return text === 'true';
  if (kind === 'color') return isColor(text) ? text : undefined;
  if (kind === 'link' || kind === 'target') return /^https?:\/\/./.test(text) ? text : undefined;
  if (kind === 'tips') {
    try {
      const tips: unknown = JSON.parse(text);
      return Array.isArray(tips) && tips.length <= 4 ? tips : undefined;
    } catch {
      return undefined;
    }
  }
  return Array.from(text).length <= 100 ? text : undefined;
}

function isValidAttribute({ kind }: Field, text: string): boolean {
  if (kind !== 'json') return true;
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** All controls of the page. */
export class Controls {
  readonly #fields = fields();
  readonly #locale = byId<HTMLSelectElement>('ui-locale');

  /** The names of the properties by the names of the attributes. */
  readonly properties = new Map(
    this.#fields
      .filter(({ target }) => target === 'attributes')
      .map(({ name, row }) => [name, row.dataset.property ?? name]),
  );

  /** Reads every field. A value that is not valid is left out, marked and reported. */
  read(report: Report): Pick<State, 'attributes' | 'styles' | 'ui' | 'locale'> {
    const state = { attributes: {}, styles: {}, ui: {}, locale: this.#locale.value } as State;
    for (const field of this.#fields) {
      const { control, target, page, name } = field;
      const text = control.value.trim();
      const value = target === 'ui' && text !== '' ? uiValue(field, text) : text;
      const isWrong =
        text !== '' && (value === undefined || (target === 'attributes' && !isValidAttribute(field, text)));
      control.setAttribute('aria-invalid', String(isWrong));
      if (isWrong) report(`${page ? `${page}.` : ''}${name} is left out: its value is not valid.`);
      if (text === '' || isWrong) continue;
      if (target === 'attributes' || target === 'styles') state[target][name] = text;
      if (target === 'ui' && page === '') state.ui[name] = value;
      else if (target === 'ui') state.ui[page] = { ...(state.ui[page] as object | undefined), [name]: value };
    }
    this.#count();
    return state;
  }

  /** Shows a state in the fields. */
  write({ attributes, styles, ui, locale }: State): void {
    this.#locale.value = locale;
    for (const { control, target, page, name } of this.#fields) {
      const within = page === '' ? ui : ((ui[page] ?? {}) as Record<string, unknown>);
      const found = target === 'ui' ? within[name] : { attributes, styles }[target as 'attributes' | 'styles']?.[name];
      if (target === 'locale') continue;
      control.value = found === undefined ? '' : typeof found === 'object' ? JSON.stringify(found) : String(found);
    }
    for (const part of document.querySelectorAll<HTMLDetailsElement>('.fields'))
      if (
        Array.from(part.querySelectorAll<Control>('.field :is(input, select, textarea)')).some(
          (control) => control.value !== '' && control.type !== 'color',
        )
      )
        part.open = true;
    this.#count();
  }

  /** How many settings of each part are set. */
  #count(): void {
    for (const part of document.querySelectorAll('.fields')) {
      const set = this.#fields.filter(({ row, control }) => part.contains(row) && control.value.trim() !== '').length;
      const label = part.querySelector('.count');
      if (label) label.textContent = set > 0 ? `${set} set` : '';
    }
  }

  /** Shows only the settings whose name or description contains a text. */
  filter(text: string): void {
    const wanted = text.trim().toLowerCase();
    for (const part of document.querySelectorAll<HTMLDetailsElement>('.fields')) {
      const rows = Array.from(part.querySelectorAll<HTMLElement>('.field'));
      for (const row of rows) row.hidden = !(row.textContent ?? '').toLowerCase().includes(wanted);
      const some = rows.some((row) => !row.hidden);
      part.hidden = !some;
      if (wanted !== '' && some) part.open = true;
    }
  }

  /** Connects each colour's picker with its text. */
  connectPickers(changed: () => void): void {
    for (const picker of document.querySelectorAll<HTMLInputElement>('input[type="color"]')) {
      const text = picker.previousElementSibling as HTMLInputElement;
      picker.addEventListener('input', (event) => {
        event.stopPropagation();
        text.value = picker.value;
        changed();
      });
      text.addEventListener('input', () => {
        if (/^#[\da-f]{6}$/i.test(text.value)) picker.value = text.value;
      });
    }
  }
}

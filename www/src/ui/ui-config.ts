// The integrator's configuration: which field stands for which text and colour.

/** A page of the configuration: its fields by their names. */
type Fields = Record<string, unknown>;

function webLink(value: unknown): string | null {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value)) return null;
  // Not URL.canParse: Safari has it from 17 on.
  try {
    return new URL(value) && value;
  } catch {
    return null;
  }
}

function isTip(tip: unknown): tip is { text: string; iconLink?: unknown } {
  const text = (tip as { text?: unknown } | null)?.text;
  return typeof text === 'string' && text !== '';
}

/** Reads one page of the configuration, of the phone's or the PC's. Nothing in it is trusted to be of its kind. */
export class Look {
  readonly #ui: Record<string, unknown>;
  readonly #isPhone: boolean;

  constructor(ui: Record<string, unknown>, isPhone: boolean) {
    this.#ui = ui;
    this.#isPhone = isPhone;
  }

  /** Of the page `mobile…`, and on a PC what `pc…` has in its place: most fields have no other. */
  #fields(page: string): Fields {
    const [phone, pc] = [this.#ui[`mobile${page}`], this.#isPhone ? null : this.#ui[`pc${page}`]];
    return { ...(phone as Fields | null), ...(pc as Fields | null) };
  }

  /** A text, or what the page says by itself. */
  text(page: string, field: string, otherwise: string): string {
    const value = this.#fields(page)[field];
    return typeof value === 'string' && value !== '' ? value : otherwise;
  }

  /** A colour, if it is one and nothing else. */
  color(page: string, field: string): string | null {
    const value = this.#fields(page)[field];
    return typeof value === 'string' && /^#[0-9a-f]{3,8}$/i.test(value) ? value : null;
  }

  /** The address of a picture, if it is http or https. */
  link(page: string, field: string): string | null {
    return webLink(this.#fields(page)[field]);
  }

  /** The tips, as far as they are ones; null: there are none of the integrator's. */
  tips(page: string): { text: string; icon: string | null }[] | null {
    const value = this.#fields(page).tips;
    if (!Array.isArray(value)) return null;
    return value.filter(isTip).map(({ text, iconLink }) => ({ text, icon: webLink(iconLink) }));
  }

  flag(page: string, field: string, otherwise: boolean): boolean {
    const value = this.#fields(page)[field];
    return typeof value === 'boolean' ? value : otherwise;
  }

  /** The window's title. */
  title(otherwise: string): string {
    const { titleText } = this.#ui;
    return typeof titleText === 'string' && titleText !== '' ? titleText : otherwise;
  }
}

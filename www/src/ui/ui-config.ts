// Reads the integrator's UI configuration (ConfigureUI): texts, colours, links and flags by page and field.

/** One page of the configuration. */
type Fields = Record<string, unknown>;

function webLink(value: unknown): string | null {
  if (typeof value !== 'string' || !/^https?:\/\//i.test(value)) return null;
  // Not URL.canParse: Safari supports it from 17.
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

/** Reads the fields of the phone's or the PC's pages. Checks the type of every value: none is trusted. */
export class UiConfig {
  readonly #ui: Record<string, unknown>;
  readonly #isPhone: boolean;

  constructor(ui: Record<string, unknown>, isPhone: boolean) {
    this.#ui = ui;
    this.#isPhone = isPhone;
  }

  /** The fields of `mobile…`, overridden on a PC by those of `pc…`; most fields exist for phones only. */
  #fields(page: string): Fields {
    const [phone, pc] = [this.#ui[`mobile${page}`], this.#isPhone ? null : this.#ui[`pc${page}`]];
    return { ...(phone as Fields | null), ...(pc as Fields | null) };
  }

  /** A configured text, or the fallback. */
  text(page: string, field: string, fallback: string): string {
    const value = this.#fields(page)[field];
    return typeof value === 'string' && value !== '' ? value : fallback;
  }

  /** A hexadecimal colour; null for any other value. */
  color(page: string, field: string): string | null {
    const value = this.#fields(page)[field];
    return typeof value === 'string' && /^#[0-9a-f]{3,8}$/i.test(value) ? value : null;
  }

  /** The http or https address of a picture. */
  link(page: string, field: string): string | null {
    return webLink(this.#fields(page)[field]);
  }

  /** The valid tips; null if the integrator has configured none. */
  tips(page: string): { text: string; icon: string | null }[] | null {
    const value = this.#fields(page).tips;
    if (!Array.isArray(value)) return null;
    return value.filter(isTip).map(({ text, iconLink }) => ({ text, icon: webLink(iconLink) }));
  }

  flag(page: string, field: string, fallback: boolean): boolean {
    const value = this.#fields(page)[field];
    return typeof value === 'boolean' ? value : fallback;
  }

  /** The address of the integrator's logo. */
  logo(): string | null {
    return webLink(this.#ui.logoLink);
  }

  /** The address of the page that says how the person's data is used. */
  privacyLink(): string | null {
    return webLink(this.#ui.privacyLink);
  }

  /** The title of the window. */
  title(fallback: string): string {
    const { titleText } = this.#ui;
    return typeof titleText === 'string' && titleText !== '' ? titleText : fallback;
  }
}

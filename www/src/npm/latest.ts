// Broadcasts a value that changes, to any number of readers.

/** Each reader gets the last value first, if there is one, and then every newer one, until the end. */
export class Latest<Value extends object> {
  #last: Value | null = null;
  #ended = false;
  readonly #readers = new Set<() => void>();

  push(value: Value): void {
    this.#last = value;
    for (const wake of this.#readers) wake();
  }

  end(): void {
    this.#ended = true;
    for (const wake of this.#readers) wake();
  }

  async *read(): AsyncGenerator<Value, void> {
    let current: Value | null = null;
    while (true) {
      if (this.#last && this.#last !== current) {
        current = this.#last;
        yield current;
        continue;
      }
      if (this.#ended) return;
      await new Promise<void>((wake) => {
        const onChange = () => {
          this.#readers.delete(onChange);
          wake();
        };
        this.#readers.add(onChange);
      });
    }
  }
}

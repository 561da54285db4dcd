// What the page keeps for this tab. Browsers refuse storage in many ways: a page in another site's frame, cookies that
// are blocked, a full disk, a private window. Then it is kept for as long as the page is there, and nothing fails.

/** A place that keeps texts by their names. Every use of it may throw. */
export interface Place {
  read(name: string): string | null;
  /** Null takes it away. */
  write(name: string, value: string | null): void;
}

/** Reading the property itself throws where storage is blocked, so it is read anew each time. */
const tab: Place = {
  read: (name) => sessionStorage.getItem(name),
  write: (name, value) => (value === null ? sessionStorage.removeItem(name) : sessionStorage.setItem(name, value)),
};

/** Keeps texts in every one of some places, and in memory besides. Never throws. */
export class TabStorage {
  readonly #places: Place[];
  readonly #memory = new Map<string, string | null>();

  constructor(places: Place[]) {
    this.#places = places;
  }

  /** One more place, asked after the others. */
  add(place: Place): void {
    this.#places.push(place);
  }

  /** What was written last; null: nothing, or nothing that any place has kept. */
  read(name: string): string | null {
    const known = this.#memory.get(name);
    if (known !== undefined) return known;
    for (const place of this.#places) {
      try {
        const found = place.read(name);
        if (found !== null) return found;
      } catch {
        // Blocked: the next one may know.
      }
    }
    return null;
  }

  /** Keeps once more all that was written: a place may have become another one, as the window's entry in its history. */
  keep(): void {
    for (const [name, value] of this.#memory) this.#put(name, value);
  }

  /** Keeps a text; null takes it away. */
  write(name: string, value: string | null): void {
    this.#memory.set(name, value);
    this.#put(name, value);
  }

  #put(name: string, value: string | null): void {
    for (const place of this.#places) {
      try {
        place.write(name, value);
      } catch {
        // Blocked or full: the others have it, and memory in any case.
      }
    }
  }
}

/** What is kept for this tab. */
export const storage = new TabStorage([tab]);

// Storage for this tab, with memory as the fallback. Browsers refuse storage in many cases: a page in another site's
// frame, blocked cookies, a full disk, a private window. Values then last as long as the page, and nothing fails.

/** Stores strings by name. Every call may throw. */
export interface StorageBackend {
  read(name: string): string | null;
  /** Null removes the value. */
  write(name: string, value: string | null): void;
}

/** Reads the property on every call: the getter itself throws where storage is blocked. */
const session: StorageBackend = {
  read: (name) => sessionStorage.getItem(name),
  write: (name, value) => (value === null ? sessionStorage.removeItem(name) : sessionStorage.setItem(name, value)),
};

/** Writes strings to every backend and to memory. Never throws. */
export class TabStorage {
  readonly #backends: StorageBackend[];
  readonly #memory = new Map<string, string | null>();

  constructor(backends: StorageBackend[]) {
    this.#backends = backends;
  }

  /** Adds a backend, which is read after the existing ones. */
  addBackend(backend: StorageBackend): void {
    this.#backends.push(backend);
  }

  /** The last value written; null if there is none or no backend has kept it. */
  read(name: string): string | null {
    const known = this.#memory.get(name);
    if (known !== undefined) return known;
    for (const backend of this.#backends) {
      try {
        const found = backend.read(name);
        if (found !== null) return found;
      } catch {
        // Blocked: try the next backend.
      }
    }
    return null;
  }

  /** Writes every value again, for a backend whose contents were replaced, such as the window's history entry. */
  rewrite(): void {
    for (const [name, value] of this.#memory) this.#writeAll(name, value);
  }

  /** Stores a value; null removes it. */
  write(name: string, value: string | null): void {
    this.#memory.set(name, value);
    this.#writeAll(name, value);
  }

  #writeAll(name: string, value: string | null): void {
    for (const backend of this.#backends) {
      try {
        backend.write(name, value);
      } catch {
        // Blocked or full: the other backends and memory still have the value.
      }
    }
  }
}

/** The storage of this tab. */
export const storage = new TabStorage([session]);

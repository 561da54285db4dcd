// Replaces properties of a window's objects, and restores them.

/** A window with its own constructors. */
export type TestWindow = Window & typeof globalThis;

export class Patches {
  readonly #undo: (() => void)[] = [];

  /** Replaces a property. */
  set(target: object, name: string, value: unknown): void {
    this.#define(target, name, { value, writable: true });
  }

  /** Replaces a property by one that is computed. */
  get(target: object, name: string, get: () => unknown): void {
    this.#define(target, name, { get });
  }

  #define(target: object, name: string, descriptor: PropertyDescriptor): void {
    const before = Object.getOwnPropertyDescriptor(target, name);
    Object.defineProperty(target, name, { ...descriptor, configurable: true });
    this.#undo.push(() => {
      if (before) Object.defineProperty(target, name, before);
      else Reflect.deleteProperty(target, name);
    });
  }

  /** Restores everything, the last first. */
  undo(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }
}

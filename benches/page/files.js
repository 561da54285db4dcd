// Loads files that lie next to the page.

/** Imports a module that the bundler must leave alone. */
export const load = (path) => import(new URL(path, location.href).href);

/** The bytes of a file. */
export async function bytes(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** The address of a file or folder. */
export const address = (path) => new URL(path, location.href).href;

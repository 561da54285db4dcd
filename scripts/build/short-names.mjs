// Short names between a wasm module and its glue. wasm-bindgen's are long (they carry hashes), neither wasm-opt nor a
// JS minifier may touch them alone, and together they are some ten kilobytes of the wasm and as much of the script.

import { UserError } from '../cli/run.mjs';

/** The pass of wasm-opt that renames the module's side; it prints what it renamed as JSON. */
export const SHORT_NAMES = '--minify-imports-and-exports-and-modules';

/** What that pass calls the one module that everything is imported from. */
const MODULE = 'a';

/**
 * Renames the glue's side.
 * @param {string} glue the script that wasm-bindgen wrote
 * @param {{imports: [module: string, name: string, short: string][], exports: [name: string, short: string][]}} names
 *   what wasm-opt printed
 */
export function shortened(glue, { imports, exports }) {
  const seen = new Set();
  const renamed = (pattern, table) => (text) =>
    text.replace(pattern, (name) => {
      const short = table.get(name);
      if (short) seen.add(name);
      return short ?? name;
    });
  const keys = renamed(/(?<=^ {8})\w+(?=: )/gm, new Map(imports.map(([, name, short]) => [name, short])));
  const properties = renamed(/(?<=\bwasm\.)\w+/g, new Map(exports));
  const modules = renamed(/(?<=^ {8})".+"(?=: import\d)/gm, new Map(imports.map(([from]) => [`"${from}"`, MODULE])));
  const text = modules(properties(keys(glue)));
  const missed = imports.map(([, name]) => name).find((name) => !seen.has(name));
  if (missed) throw new UserError(`the glue of wasm-bindgen is not written as expected: ${missed} was not found in it`);
  return text;
}

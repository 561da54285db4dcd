// Shortens the names that a wasm module shares with its glue. wasm-bindgen's names contain hashes; neither wasm-opt nor
// a JS minifier can shorten them alone. They take about ten kilobytes of the wasm and as much of the script.

import { UserError } from '../cli/run.mjs';

/** The pass of wasm-opt that renames them in the module. It prints the new names as JSON. */
export const SHORT_NAMES = '--minify-imports-and-exports-and-modules';

/** The name that this pass gives to the module of all imports. */
const MODULE = 'a';

/**
 * Renames them in the glue.
 * @param {string} glue the script that wasm-bindgen wrote
 * @param {{imports: [module: string, name: string, short: string][], exports: [name: string, short: string][]}} names
 *   the names that wasm-opt printed
 */
export function shortenGlue(glue, { imports, exports }) {
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
  if (missed) throw new UserError(`unexpected glue of wasm-bindgen: it does not contain ${missed}`);
  return text;
}

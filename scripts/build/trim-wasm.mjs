// Code that is never run, or only to say last words, as plain traps.
//
// A panic ends the worker in any case and another one takes its place; its message, and all the code that puts such
// messages together, is a twelfth of the wasm. This does after linking what the compiler's own
// `panic = "immediate-abort"` does, which no stable toolchain has.

import { readFileSync, writeFileSync } from 'node:fs';
import binaryen from 'binaryen';
import { UserError } from '../cli/run.mjs';

/** Functions of Rust's libraries that only ever end in a panic, by their names without hashes. */
const PANICS = [
  /^core::panicking::/,
  /^core::(option|result)::(expect|unwrap)_failed$/,
  /^core::slice::index::slice_index_fail$/,
  /^core::str::slice_error_fail/,
  /^core::cell::panic_already/,
  /^alloc::raw_vec::(handle_error|capacity_overflow)$/,
  /^alloc::alloc::handle_alloc_error$/,
  /\bstd::panicking::/,
  /^__rustc::(rust_panic|__rust_start_panic|rust_begin_unwind)$/,
];

/** What writes values into messages: dead where nothing but panics formats anything. */
const FORMATTING = [/\bcore::fmt::/, /^core::str::count::/];
/** What all formatting starts with. */
const FORMAT = /^(core::fmt::write|alloc::fmt::format\b.*)$/;

const unquoted = (name) => plain(name.replaceAll('"', ''));
const plain = (name) => name.replace(/\[[0-9a-f]{16}\]|::h[0-9a-f]{16}$/g, '');

function functions(module) {
  return Array.from({ length: module.getNumFunctions() }, (_, index) => {
    const reference = module.getFunctionByIndex(index);
    const info = binaryen.getFunctionInfo(reference);
    return { reference, name: plain(info.name), imported: info.module !== '' };
  });
}

const matches = (name, patterns) => patterns.some((pattern) => pattern.test(name));

function trap(module, patterns) {
  const found = functions(module).filter(({ name, imported }) => !imported && matches(name, patterns));
  for (const { reference } of found) binaryen.Function.setBody(reference, module.unreachable());
  return found.length;
}

/** Whether anything that is left starts to format, but for formatting itself. */
function formats(module) {
  let inside = '';
  return module
    .emitText()
    .split('\n')
    .some((line) => {
      const [, start, call] = line.match(/^ \(func \$("[^"]*"|[^\s()]+)|\((?:return_)?call \$("[^"]*"|[^\s()]+)/) ?? [];
      if (start) inside = unquoted(start);
      return call && FORMAT.test(unquoted(call)) && !matches(inside, [...FORMATTING, FORMAT]);
    });
}

/**
 * Rewrites a wasm file that still has the names of its functions.
 * @param {string} file
 * @param {RegExp[]} neverCalled names of functions that nothing calls, though no linker can know
 */
export function trimWasm(file, neverCalled) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(readFileSync(file));
  for (const pattern of [...PANICS.slice(0, 1), ...neverCalled])
    if (trap(module, [pattern]) === 0) throw new UserError(`${file} has no function ${pattern}: did its name change?`);
  trap(module, PANICS);
  module.runPasses(['dce', 'remove-unused-module-elements']);
  if (!formats(module)) trap(module, FORMATTING);
  writeFileSync(file, module.emitBinary());
  module.dispose();
}

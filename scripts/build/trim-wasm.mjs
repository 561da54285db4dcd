// Replaces unused code and panic messages in a wasm file by traps.
//
// A panic ends the worker in any case, and another worker replaces it. Panic messages and the code that formats them
// are a twelfth of the wasm. This does after linking what the compiler's `panic = "immediate-abort"` does, which no
// stable toolchain supports.

import { readFileSync, writeFileSync } from 'node:fs';
import binaryen from 'binaryen';
import { UserError } from '../cli/run.mjs';

/** Functions of Rust's libraries that always panic, by name without the hash. */
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

/** Functions that format values. They are unused if only panics format anything. */
const FORMATTING = [/\bcore::fmt::/, /^core::str::count::/];
/** The functions that all formatting starts with. */
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

/** Whether any function other than the formatting code itself still formats. */
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
 * Trims a wasm file that still contains the names of its functions.
 * @param {string} file
 * @param {RegExp[]} neverCalled names of unused functions that no linker can detect
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

// Checks of the sources that run nothing: format, spelling, Markdown, and the types of the page.

import { run } from '../cli/run.mjs';
import { rustTool } from '../setup/rust-tools.mjs';

/** rustfmt and biome. */
export async function formatted() {
  await run('cargo', ['fmt', '--all', '--check']);
  await run('node_modules/.bin/biome', ['ci', '--error-on-warnings']);
}

/** Spelling; format, relative links and anchors of Markdown files. */
export async function proofread() {
  await run(await rustTool('typos'), []);
  await run(await rustTool('rumdl'), ['check', '--no-cache', '.']);
}

/** The types of the page, which take those of the glue under `pkg/`. */
export function typed() {
  return run('node_modules/.bin/tsc', ['--noEmit']);
}

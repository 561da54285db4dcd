// What is checked of the sources without running them: their form, and the types of the page.

import { run } from '../cli/run.mjs';

/** rustfmt and biome. */
export async function formatted() {
  await run('cargo', ['fmt', '--all', '--check']);
  await run('node_modules/.bin/biome', ['ci', '--error-on-warnings']);
}

/** The types of the page, which take those of the glue under `pkg/`. */
export function typed() {
  return run('node_modules/.bin/tsc', ['--noEmit']);
}

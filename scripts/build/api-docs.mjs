// Builds the API documentation of the npm package and the crates.

import { run } from '../cli/run.mjs';
import { installPackagingPackages } from '../setup/package-consumers.mjs';

/** Writes out/api and target/doc. Warnings are errors. */
export async function apiDocs() {
  await installPackagingPackages();
  await run('tests/packaging/node_modules/.bin/typedoc', [], { step: "building the npm package's API documentation" });
  const crates = ['doc', '--quiet', '--locked', '--no-deps', '--workspace', '--exclude', 'wasm-bindgen-runner'];
  await run('cargo', crates, {
    env: { RUSTDOCFLAGS: '--deny warnings' },
    step: "building the crates' API documentation",
  });
}

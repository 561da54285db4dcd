// The API documentation of the npm package and of the crates.

import { run } from '../cli/run.mjs';
import { packagingPackages } from '../setup/package-consumers.mjs';

/** Writes out/api and target/doc. A warning is an error. */
export async function apiDocs() {
  await packagingPackages();
  await run('tests/packaging/node_modules/.bin/typedoc', [], { step: "writing the npm package's API documents" });
  const crates = ['doc', '--quiet', '--locked', '--no-deps', '--workspace', '--exclude', 'wasm-bindgen-runner'];
  await run('cargo', crates, {
    env: { RUSTDOCFLAGS: '--deny warnings' },
    step: "writing the crates' API documents",
  });
}

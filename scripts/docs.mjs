// npm run docs: the API documentation of the npm package (out/api) and of the crates (target/doc). A warning is an error.

import { packagingPackages } from './lib/consumers.mjs';
import { npmPackages } from './lib/packages.mjs';
import { main, run, say } from './lib/run.mjs';

await main(async () => {
  await npmPackages();
  await packagingPackages();
  await run('tests/packaging/node_modules/.bin/typedoc', []);
  const crates = ['doc', '--quiet', '--locked', '--no-deps', '--workspace', '--exclude', 'wasm-bindgen-runner'];
  await run('cargo', crates, { env: { RUSTDOCFLAGS: '--deny warnings' } });
  say('ready: out/api/index.html and target/doc/nearfar/index.html');
});

// npm run docs: the API documentation of the npm package (out/api) and of the crates (target/doc).

import { apiDocs } from './lib/api-docs.mjs';
import { npmPackages } from './lib/packages.mjs';
import { main, say } from './lib/run.mjs';

await main(async () => {
  await npmPackages();
  await apiDocs();
  say('ready: out/api/index.html and target/doc/nearfar/index.html');
});

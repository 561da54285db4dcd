// npm run test:all, which continuous integration runs.

import { testEverything } from './checks/all.mjs';
import { readArguments } from './cli/command.mjs';
import { main } from './cli/run.mjs';

const COMMAND = {
  name: 'npm run test:all',
  summary:
    'Runs npm test and the slow matrices: every browser, framework, bundler, proxy and language, each wasm build and its own\n' +
    'tests in Chromium, all failures of storage, cameras, clocks, workers, uploads and instances, the service on\n' +
    'PostgreSQL, S3, schemathesis, licences and API documentation.',
  environment: [
    ['TEST_ALL=1', 'Tests every screen in every language, not in a third of them, and more old bundlers'],
    ['TEST_SERVICE=FILE', 'The nearfar-server to test end to end [default: the one built here]'],
  ],
};

await main(async () => {
  readArguments(COMMAND);
  await testEverything({ all: true });
});

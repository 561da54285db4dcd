// npm run test:all, and what continuous integration runs.

import { testEverything } from './checks/all.mjs';
import { readArguments } from './cli/command.mjs';
import { main } from './cli/run.mjs';

const COMMAND = {
  name: 'npm run test:all',
  summary:
    'What npm test does, and the slow matrices: every browser, framework, bundler, proxy and language, each build of the\n' +
    'wasm and its own tests in Chromium, every way in which storage, cameras, clocks, workers, uploads and instances fail,\n' +
    'the service on PostgreSQL, S3, schemathesis, licences and API documents.',
  environment: [
    ['TEST_ALL=1', 'Every page in every language, where npm test shows a third of them; and more old bundlers'],
    ['TEST_SERVICE=FILE', 'The nearfar-server to test end to end [default: the one that is built here]'],
  ],
};

await main(async () => {
  readArguments(COMMAND);
  await testEverything({ all: true });
});

// npm test: checks and tests, without the slow matrices.

import { testEverything } from './checks/all.mjs';
import { readArguments } from './cli/command.mjs';
import { main } from './cli/run.mjs';

const COMMAND = {
  name: 'npm test',
  summary:
    'Installs what is missing (a browser, PostgreSQL, npm packages), builds everything and runs the checks and tests.\n' +
    'CONTRIBUTING.md shows how to run one of them alone; npm run test:all runs the slow matrices too.',
  environment: [['TEST_SERVICE=FILE', 'The nearfar-server to test end to end [default: the one built here]']],
};

await main(async () => {
  readArguments(COMMAND);
  await testEverything({ all: false });
});

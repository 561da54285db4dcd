// npm run account, npm run study, npm run webhook: runs `nearfar-server account …` and so on, on the database of npm start.
// --help prints the program's own help.

import { parseArgs } from 'node:util';
import { buildService, serviceProgram } from './build/service.mjs';
import { main, run } from './cli/run.mjs';

const args = process.argv.slice(2);
// The program's own option for its configuration file, which decides which features are compiled.
const { values } = parseArgs({ args, options: { config: { type: 'string' } }, strict: false });

await main(async () => {
  await buildService('start', values.config === undefined ? {} : { NEARFAR_CONFIG: values.config });
  await run(serviceProgram(), args);
});

// npm run account -- COMMAND: what `nearfar-server account` does, on the database of npm start. Its --help is the program's.

import { parseArgs } from 'node:util';
import { buildService, serviceProgram } from './build/service.mjs';
import { main, run } from './cli/run.mjs';

const args = process.argv.slice(2);
// The program's own option for the file of options, which says what has to be compiled.
const { values } = parseArgs({ args, options: { config: { type: 'string' } }, strict: false });

await main(async () => {
  await buildService('start', values.config === undefined ? {} : { NEARFAR_CONFIG: values.config });
  await run(serviceProgram(), ['account', ...args]);
});

// npm run account -- COMMAND: what `nearfar-server account` does, on the database of npm start. Its --help is the program's.

import { main, run } from './lib/run.mjs';
import { buildService, serviceProgram } from './lib/service.mjs';

await main(async () => {
  await buildService();
  await run(serviceProgram(), ['account', ...process.argv.slice(2)]);
});

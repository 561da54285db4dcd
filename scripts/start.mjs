// npm start [-- --port N] [--no-serve]: sets up what is missing, builds the page, serves it.

import { parseArgs } from 'node:util';
import { buildAll } from './lib/build.mjs';
import { main, Stop, say } from './lib/run.mjs';
import { serve } from './lib/serve.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: { port: { type: 'string', default: process.env.PORT ?? '8787' }, 'no-serve': { type: 'boolean' } },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Stop(`not a port: ${values.port}`);
  await buildAll();
  if (values['no-serve']) return;
  const server = await serve({ port }).catch((error) => {
    throw error.code === 'EADDRINUSE' ? new Stop(`port ${port} is taken; choose another by --port`) : error;
  });
  say(`serving ${server.url} (stop with Ctrl-C)`);
});

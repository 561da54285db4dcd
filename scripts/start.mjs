// npm start [-- --port N] [--data DIR] [--no-serve]: sets up what is missing, builds the page and the service, and
// serves both as one process with an embedded database. Everything that it keeps is in data/, or in DIR.

import { parseArgs } from 'node:util';
import { buildAll } from './lib/build.mjs';
import { main, Stop, say } from './lib/run.mjs';
import { accounts, buildService, keptIn, startService } from './lib/service.mjs';

const DEMO = 'demo';

function readArguments() {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: process.env.PORT ?? '8787' },
      data: { type: 'string' },
      'no-serve': { type: 'boolean' },
    },
  });
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Stop(`not a port: ${values.port}`);
  return { port, env: values.data === undefined ? {} : keptIn(values.data), serves: !values['no-serve'] };
}

/** Makes the first account where there is none. Its secret key is not kept in clear: it is shown now or never. */
function demoAccount(env) {
  const known = accounts(['list'], env);
  const demo = known.find(({ name }) => name === DEMO);
  if (known.length === 0) {
    const [{ accessKey, secretKey }] = accounts(['add', DEMO], env);
    say('a demo account was made; its secret key is shown this once:');
    console.log(`export ACCESS_KEY=${accessKey} SECRET_KEY=${secretKey}`);
  } else if (demo) {
    const { accessKey } = demo;
    say(`the demo account is ${accessKey}; for a new secret key: npm run account -- rotate ${accessKey}`);
  }
}

await main(async () => {
  const { port, env, serves } = readArguments();
  await buildAll();
  await buildService();
  if (!serves) return;
  demoAccount(env);
  // Ctrl-C reaches the service as well; it may be asked twice.
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort());
  const service = await startService({ port, env, signal: stop.signal });
  say(`serving ${service.url}, APIs at ${service.url}docs/ (stop with Ctrl-C)`);
  const status = await service.ended;
  if (status !== 0) throw new Stop(`the service ended with ${status}`);
});

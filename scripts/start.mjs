// npm start: sets up what is missing, builds the page and the service, and serves both as one process with an embedded
// database. See its --help.

import { constants, setPriority } from 'node:os';
import { buildAll } from './build/all.mjs';
import { FOR_ALL, hasAllBuilds } from './build/engine.mjs';
import { accounts, buildService, dataDirEnv, startService } from './build/service.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { endPrograms, main, say, UserError } from './cli/run.mjs';

const DEMO = 'demo';

const COMMAND = {
  name: 'npm start',
  summary:
    'Sets up what is missing, builds the page and the service, and serves both as one process with an embedded\n' +
    'database, until Ctrl-C. Makes a demo account on its first start.',
  options: {
    port: { value: 'N', help: 'The port to serve on; 0 for any free one', default: process.env.PORT ?? '8787' },
    data: { value: 'DIR', help: 'The folder of the database, the captures and the master key [default: data]' },
    'no-serve': { help: 'Only builds' },
  },
  environment: [['PORT', 'The port where --port is not given']],
};

function readOptions() {
  const { values } = readArguments(COMMAND);
  const port = wholeNumber('port', values.port, { most: 65535 });
  return { port, env: values.data === undefined ? {} : dataDirEnv(values.data), serves: !values['no-serve'] };
}

/** Makes the first account where there is none. Its secret key is not kept in clear: it is shown now or never. */
function demoAccount(env) {
  const known = accounts(['list'], env);
  const demo = known.find(({ name }) => name === DEMO);
  if (known.length === 0) {
    const [{ accessKey, secretKey }] = accounts(['add', DEMO, '--set', 'verdictFields=true'], env);
    say('a demo account was made; its secret key is shown this once:');
    console.log(`export ACCESS_KEY=${accessKey} SECRET_KEY=${secretKey}`);
  } else if (demo) {
    const { accessKey } = demo;
    say(`the demo account is ${accessKey}; for a new secret key: npm run account -- rotate ${accessKey}`);
  }
}

/** Builds what is faster than the engine that the page has, while the service runs: it and the browser come first. */
async function buildOthers(signal) {
  say('the engine runs without SIMD until its faster builds are there');
  setPriority(constants.priority.PRIORITY_LOW);
  try {
    await buildAll({ beside: true });
  } catch (error) {
    if (!signal.aborted) say(`the faster builds of the engine failed: ${error.message}`);
  }
}

await main(async () => {
  const { port, env, serves } = readOptions();
  // In a new clone the page begins with the build of the engine that every browser runs. The faster ones come behind it.
  const first = serves && !hasAllBuilds();
  // Beside one another: on two cores each has long units that leave one of them idle.
  await Promise.all([buildAll(first ? { engines: [FOR_ALL] } : {}), buildService('start', env)]);
  if (!serves) return;
  demoAccount(env);
  // Ctrl-C reaches the service as well; it may be asked twice.
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort());
  const service = await startService({ port, env, signal: stop.signal });
  say(`serving ${service.url}, APIs at ${service.url}docs/ (stop with Ctrl-C)`);
  if (first) buildOthers(stop.signal);
  const status = await service.ended;
  if (status !== 0) throw new UserError(`the service ended with ${status}`);
});
// What is still built behind the service ends with it.
endPrograms();
process.exit();

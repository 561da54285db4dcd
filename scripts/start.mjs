// npm start: builds the page and the service, and serves both from one process with an embedded database. See its
// --help.

import { constants, setPriority } from 'node:os';
import { buildAll } from './build/all.mjs';
import { BASELINE_BUILD, hasAllBuilds } from './build/engine.mjs';
import { buildService } from './build/service.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { killChildren, log, main, UserError } from './cli/run.mjs';
import { accountCommand, dataDirEnv, startService } from './servers/service.mjs';

const DEMO = 'demo';

const COMMAND = {
  name: 'npm start',
  summary:
    'Installs missing tools, builds the page and the service, and serves both from one process with an embedded database\n' +
    'until Ctrl-C. The first start creates a demo account.',
  options: {
    port: { value: 'N', help: 'The port; 0 for any free port', default: process.env.PORT ?? '8787' },
    data: { value: 'DIR', help: 'The folder for the database, the captures and the master key [default: data]' },
    'no-serve': { help: 'Builds and exits' },
  },
  environment: [['PORT', 'The port, if --port is not given']],
};

function readOptions() {
  const { values } = readArguments(COMMAND);
  const port = wholeNumber('port', values.port, { most: 65535 });
  return { port, env: values.data === undefined ? {} : dataDirEnv(values.data), serves: !values['no-serve'] };
}

/**
 * Creates the demo account if there is no account. Its secret key is not stored in clear text, so it is shown only
 * once.
 */
function demoAccount(env) {
  const known = accountCommand(['list'], env);
  const demo = known.find(({ name }) => name === DEMO);
  if (known.length === 0) {
    const [{ accessKey, secretKey }] = accountCommand(['add', DEMO, '--set', 'verdictFields=true'], env);
    log('created a demo account; its secret key is shown only once:');
    console.log(`export ACCESS_KEY=${accessKey} SECRET_KEY=${secretKey}`);
  } else if (demo) {
    const { accessKey } = demo;
    log(`demo account: ${accessKey}; for a new secret key: npm run account -- rotate ${accessKey}`);
  }
}

/** Builds the faster engines at low priority while the service runs. */
async function buildFasterEngines(signal) {
  log('the engine runs without SIMD until its faster builds are ready');
  setPriority(constants.priority.PRIORITY_LOW);
  try {
    await buildAll({ keepOldFiles: true });
  } catch (error) {
    if (!signal.aborted) log(`building the faster engines failed: ${error.message}`);
  }
}

await main(async () => {
  const { port, env, serves } = readOptions();
  // A new clone starts with the engine that every browser runs; the faster ones are built after that.
  const isFirstBuild = serves && !hasAllBuilds();
  // In parallel: each has long units that use only one core.
  await Promise.all([buildAll(isFirstBuild ? { engines: [BASELINE_BUILD] } : {}), buildService('start', env)]);
  if (!serves) return;
  demoAccount(env);
  // Ctrl-C also reaches the service itself; being asked twice does no harm.
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => stop.abort());
  const service = await startService({ port, env, signal: stop.signal });
  log(`serving ${service.url}, APIs at ${service.url}docs/ (stop with Ctrl-C)`);
  if (isFirstBuild) buildFasterEngines(stop.signal);
  const status = await service.exited;
  if (status !== 0) throw new UserError(`the service exited with ${status}`);
});
// Builds that still run end with the service.
killChildren();
process.exit();

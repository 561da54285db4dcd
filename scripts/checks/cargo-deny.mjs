// What the dependencies are checked by: their licences, sources and versions, as deny.toml says; and known faults of
// theirs, where the database of RustSec can be reached.

import { output, run, say } from '../cli/run.mjs';
import { rustTool } from '../setup/rust-tools.mjs';

const DATABASE = 'https://github.com/RustSec/advisory-db';

/** Whether the database answers; git asks nobody for a password. */
function reachesAdvisories() {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  return output('git', ['ls-remote', DATABASE, 'HEAD'], { env, timeout: 20_000 }) !== null;
}

/** Checks the dependencies of the workspace. */
export async function denyDependencies() {
  const deny = await rustTool('cargo-deny');
  const known = reachesAdvisories();
  if (!known) say(`!!!! SKIPPED: known faults of the dependencies. ${DATABASE} cannot be reached !!!!`);
  const checks = ['licenses', 'bans', 'sources', ...(known ? ['advisories'] : [])];
  await run(deny, ['--log-level', 'error', '--locked', '--workspace', '--config', 'deny.toml', 'check', ...checks]);
}

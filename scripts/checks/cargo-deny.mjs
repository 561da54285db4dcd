// Checks the dependencies with cargo-deny: licences, sources and versions by deny.toml, and security advisories if
// RustSec's database can be reached.

import { log, output, run } from '../cli/run.mjs';
import { ensureRustTool } from '../setup/rust-tools.mjs';

const DATABASE = 'https://github.com/RustSec/advisory-db';

/** Whether the database can be reached. Git never asks for a password. */
function reachesAdvisories() {
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0' };
  return output('git', ['ls-remote', DATABASE, 'HEAD'], { env, timeout: 20_000 }) !== null;
}

/** Checks the dependencies of the workspace. */
export async function checkDependencies() {
  const deny = await ensureRustTool('cargo-deny');
  const hasAdvisories = reachesAdvisories();
  if (!hasAdvisories) log(`!!!! SKIPPED: security advisories. ${DATABASE} cannot be reached !!!!`);
  const checks = ['licenses', 'bans', 'sources', ...(hasAdvisories ? ['advisories'] : [])];
  await run(deny, ['--log-level', 'error', '--locked', '--workspace', '--config', 'deny.toml', 'check', ...checks]);
}

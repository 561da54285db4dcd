// The tools of the tests that are Python packages, in a virtual environment under .cache.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { output, root, run, say } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

const FOLDER = join('.cache', 'python');
const REQUIREMENTS = 'tools/python/requirements.txt';

/** Whether Python is installed with what virtual environments need. */
function canMakeEnvironments() {
  return output('python3', ['-c', 'import ensurepip, venv']) !== null;
}

/** Installs Python where it is missing; false where it cannot be installed. */
export async function pythonEnvironments() {
  if (!canMakeEnvironments() && canApt()) await aptInstall(['python3', 'python3-venv']);
  return canMakeEnvironments();
}

/** Installs the packages where they are missing; false where Python or pip cannot be had. */
export async function pythonTools() {
  if (!(await pythonEnvironments())) return false;
  const outputs = ['st', 'moto_server', 'check-jsonschema'].map((name) => join(FOLDER, 'bin', name));
  await cached('python', { inputs: [REQUIREMENTS], outputs }, async () => {
    say('installing the Python packages of the tests');
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', FOLDER]);
    const quiet = ['--quiet', '--disable-pip-version-check'];
    await run(join(FOLDER, 'bin', 'pip'), ['install', ...quiet, '--requirement', REQUIREMENTS], {
      step: 'installing the Python packages',
    });
  });
  return true;
}

/** The path of one of their programs. */
export function pythonTool(name) {
  return join(root, FOLDER, 'bin', name);
}

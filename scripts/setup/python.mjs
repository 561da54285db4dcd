// Installs the tests' Python tools in a virtual environment in .cache.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { log, output, root, run } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

const FOLDER = join('.cache', 'python');
const REQUIREMENTS = 'tools/python/requirements.txt';

/** Whether Python is installed with the modules that virtual environments need. */
function hasVenv() {
  return output('python3', ['-c', 'import ensurepip, venv']) !== null;
}

/** Installs Python if it is missing. Returns false if it cannot be installed. */
export async function ensurePython() {
  if (!hasVenv() && canApt()) await aptInstall(['python3', 'python3-venv']);
  return hasVenv();
}

/** Installs the packages if they are missing. Returns false if Python or pip cannot be installed. */
export async function installPythonTools() {
  if (!(await ensurePython())) return false;
  const outputs = ['st', 'moto_server', 'check-jsonschema', 'kubernetes-validate'].map((name) =>
    join(FOLDER, 'bin', name),
  );
  await cached('python', { inputs: [REQUIREMENTS], outputs }, async () => {
    log('installing the Python packages of the tests');
    rmSync(join(root, FOLDER), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', FOLDER]);
    const quiet = ['--quiet', '--disable-pip-version-check'];
    await run(join(FOLDER, 'bin', 'pip'), ['install', ...quiet, '--requirement', REQUIREMENTS], {
      step: 'installing the Python packages',
    });
  });
  return true;
}

/** The path of one of the installed programs. */
export function pythonToolPath(name) {
  return join(root, FOLDER, 'bin', name);
}

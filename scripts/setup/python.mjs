// Installs the tests' Python tools in a virtual environment in .cache.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { cached } from '../cli/cached.mjs';
import { log, output, root, run } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

const FOLDER = join('.cache', 'python');
const REQUIREMENTS = 'tools/python/requirements.txt';
const CLIENT_FOLDER = join('.cache', 'python-clients');
const CLIENT_REQUIREMENTS = 'tools/python/clients.txt';

/** Whether Python is installed with the modules that virtual environments need. */
function hasVenv() {
  return output('python3', ['-c', 'import ensurepip, venv']) !== null;
}

/** Installs Python if it is missing. Returns false if it cannot be installed. */
export async function ensurePython() {
  if (!hasVenv() && canApt()) await aptInstall(['python3', 'python3-venv']);
  return hasVenv();
}

/**
 * Installs packages into a virtual environment unless they are there. Returns false if Python or pip cannot be installed.
 */
async function installInto(folder, requirements, programs, what) {
  if (!(await ensurePython())) return false;
  const outputs = programs.map((name) => join(folder, 'bin', name));
  await cached(folder.split('/').at(-1), { inputs: [requirements], outputs }, async () => {
    log(`installing ${what}`);
    rmSync(join(root, folder), { recursive: true, force: true });
    await run('python3', ['-m', 'venv', folder]);
    const quiet = ['--quiet', '--disable-pip-version-check'];
    await run(join(folder, 'bin', 'pip'), ['install', ...quiet, '--requirement', requirements], {
      step: `installing ${what}`,
    });
  });
  return true;
}

/** Installs the packages if they are missing. Returns false if Python or pip cannot be installed. */
export function installPythonTools() {
  const programs = ['st', 'moto_server', 'check-jsonschema', 'kubernetes-validate'];
  return installInto(FOLDER, REQUIREMENTS, programs, 'the Python packages of the tests');
}

/** Installs the generator of the Python client and the packages that the client needs. Returns false as above. */
export function installClientTools() {
  const programs = ['openapi-python-client', 'mypy'];
  return installInto(CLIENT_FOLDER, CLIENT_REQUIREMENTS, programs, 'the generator of the Python client');
}

/** The path of one of the installed programs. */
export function pythonToolPath(name) {
  return join(root, FOLDER, 'bin', name);
}

/** The path of one of the programs that `installClientTools` installs. */
export function clientToolPath(name) {
  return join(root, CLIENT_FOLDER, 'bin', name);
}

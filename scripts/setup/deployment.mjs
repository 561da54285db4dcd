// Installs the programs that build and test a deployment: the container image, reverse proxies, Kubernetes, systemd.

import { log, output, UserError } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

/** For each program, how to ask whether it is there, and its Debian package. */
const PROGRAMS = {
  mmdebstrap: { args: ['--version'], package: 'mmdebstrap' },
  buildah: { args: ['--version'], package: 'buildah' },
  bwrap: { args: ['--version'], package: 'bubblewrap' },
  nginx: { args: ['-v'], package: 'nginx-light' },
  caddy: { args: ['version'], package: 'caddy' },
  openssl: { args: ['version'], package: 'openssl' },
  promtool: { args: ['--version'], package: 'prometheus' },
  kubectl: { args: ['kustomize', '--help'], package: 'kubernetes-client' },
  'systemd-analyze': { args: ['--version'], package: 'systemd' },
  'systemd-sysusers': { args: ['--version'], package: 'systemd' },
  'systemd-tmpfiles': { args: ['--version'], package: 'systemd' },
};

/** The programs of the tests in tests/deploy. */
export const DEPLOYMENT_PROGRAMS = Object.keys(PROGRAMS);

const isMissing = (name) => output(name, PROGRAMS[name].args) === null;

/** Those of these programs that are missing. */
export const missingPrograms = (names) => names.filter(isMissing);

const packagesOf = (names) => [...new Set(names.map((name) => PROGRAMS[name].package))];

/** Installs the programs that build the image; throws a `UserError` that names the packages where that is impossible. */
export async function ensureImageTools() {
  const missing = missingPrograms(['mmdebstrap', 'buildah']);
  if (missing.length === 0) return;
  if (!canApt()) throw new UserError(`missing: ${missing.join(', ')}. On Debian: apt-get install ${missing.join(' ')}`);
  await aptInstall(missing);
}

/** Installs the programs of the deployment's tests. Those that cannot be installed are logged; their tests skip. */
export async function ensureDeploymentPrograms() {
  const missing = missingPrograms(DEPLOYMENT_PROGRAMS);
  if (missing.length > 0 && canApt()) await aptInstall(packagesOf(missing));
  const still = missingPrograms(missing);
  if (still.length > 0) log(`!!!! SKIPPED: tests of deployments that need ${packagesOf(still).join(', ')} !!!!`);
}

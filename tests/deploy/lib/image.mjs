// Builds the container image of the tested service and runs it without a container engine.

import { spawnSync } from 'node:child_process';
import { chownSync } from 'node:fs';
import { buildah } from '../../../scripts/build/image-containers.mjs';
import { serviceProgram } from '../../../scripts/build/service.mjs';
import { temporaryFolder } from '../../testkit/service/service.mjs';
import { outputOf, skipWithout } from './programs.mjs';

/** The user of the image. */
export const USER = 10001;
const TAG = 'localhost/nearfar-test';

/** A test's option `skip`: why the image cannot be built and run here. */
export function skipWithoutImage() {
  const { status } = spawnSync('unshare', ['--mount', 'true']);
  return skipWithout('buildah', 'mmdebstrap') || (status !== 0 && 'SKIPPED: no mount namespaces without privileges');
}

/**
 * Builds the image and removes it when the test ends.
 * @returns {Promise<{folder: string, config: object}>} `folder`: its files; `config`: as engines read it
 */
export async function buildTestImage(t) {
  outputOf(process.execPath, ['scripts/image.mjs', '--binary', serviceProgram(), '--tag', TAG]);
  const container = await buildah(['from', '--pull-never', TAG]);
  t.after(async () => {
    await buildah(['rm', container]);
    await buildah(['rmi', '--force', TAG]);
  });
  const inspected = JSON.parse(await buildah(['inspect', '--type', 'image', TAG]));
  return { folder: await buildah(['mount', container]), config: inspected.Docker.config };
}

/** In a mount namespace of its own: a read-only root, the data's folder, and the image's user. */
const SCRIPT = `set -e
mount --bind "$1" "$1"
mount -o remount,bind,ro "$1"
mount --bind "$2" "$1/var/lib/nearfar"
mount -t tmpfs tmpfs "$1/tmp"
mount --rbind /proc "$1/proc"
root=$1
shift 2
workdir=$1
shift
exec setpriv --no-new-privs --clear-groups \
  unshare --root="$root" --wd="$workdir" --setgid=${USER} --setuid=${USER} "$@"`;

/**
 * The command and environment that run the image's program as an engine with a read-only root would.
 * @param {{folder: string, config: object}} image
 * @param {string} data the folder of the volume
 */
export function inImage({ folder, config }, data, args, env) {
  const command = ['--mount', 'sh', '-c', SCRIPT, 'sh', folder, data, config.WorkingDir, ...config.Entrypoint, ...args];
  const own = Object.fromEntries(config.Env.map((text) => text.split(/=(.*)/s)));
  return { command: 'unshare', args: command, env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...own, ...env } };
}

/** An empty volume of the image's user. */
export function emptyVolume(t) {
  const folder = temporaryFolder(t);
  chownSync(folder, USER, USER);
  return folder;
}

// Builds the container image with buildah, podman or docker, and lists its contents.

import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { captureOutput, output, root, run, UserError } from '../cli/run.mjs';

/** The certificates of this machine: a company's proxy may have its own. */
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

/** Without a daemon and without privileges: plain folders as storage, apart from that of other programs. */
const STORAGE = join(root, '.cache', 'image', 'storage');
const BUILDAH = ['--storage-driver', 'vfs', '--root', STORAGE, '--runroot', `${STORAGE}-run`];

/** The tools, and how to find out whether each works here. */
const PROBES = { podman: ['info'], docker: ['info'], buildah: ['--version'] };

/** @param {string} tool `auto`, `buildah`, `podman` or `docker` */
export function chooseTool(tool) {
  const names = Object.keys(PROBES);
  if (tool !== 'auto' && !names.includes(tool)) throw new UserError(`--tool must be auto or ${names.join(', ')}`);
  const works = (name) => output(name, PROBES[name], { stdio: ['ignore', 'pipe', 'ignore'] }) !== null;
  const found = (tool === 'auto' ? names : [tool]).find(works);
  if (!found)
    throw new UserError(
      `${tool === 'auto' ? names.join(', ') : tool}: none works here. On Debian: apt-get install buildah`,
    );
  return found;
}

/** Runs buildah on the storage of this repository and returns its output. */
export async function buildah(args) {
  return (await captureOutput('buildah', [...BUILDAH, ...args])).trim();
}

/** The arguments of one tool for what differs between them. */
const globals = (tool) => (tool === 'buildah' ? BUILDAH : []);

/** Makes an image of a tar file, if it does not exist. Returns its name. */
export async function importBase(tool, name, tar) {
  const image = `localhost/nearfar-base-${name}`;
  if (tool === 'buildah') {
    const container = await buildah(['from', 'scratch']);
    try {
      await buildah(['add', '--quiet', container, tar, '/']);
      await buildah(['commit', '--quiet', container, image]);
    } finally {
      await buildah(['rm', container]);
    }
  } else await captureOutput(tool, ['import', tar, image]);
  return image;
}

/**
 * Builds the image of the Containerfile.
 * @param {string} tool
 * @param {string} tag
 * @param {Record<string, string>} buildArguments
 */
export async function buildImage(tool, tag, buildArguments) {
  mkdirSync(STORAGE, { recursive: true });
  const build = tool === 'buildah' ? ['build', '--isolation', 'chroot'] : ['build'];
  // The health check exists in docker's format only.
  if (tool !== 'docker') build.push('--format', 'docker');
  // docker shares no folders with a build.
  if (tool !== 'docker' && existsSync(CERTIFICATES)) build.push('--volume', `${CERTIFICATES}:${CERTIFICATES}:ro`);
  for (const [name, value] of Object.entries(buildArguments)) build.push('--build-arg', `${name}=${value}`);
  try {
    await run(tool, [...globals(tool), ...build, '--file', 'Containerfile', '--tag', tag, '.'], {
      step: `building the image with ${tool}`,
    });
  } finally {
    // Containers of a build that failed, images of the other stages, and those of earlier builds: gigabytes.
    if (tool === 'buildah') {
      await buildah(['rm', '--all']);
      await buildah(['rmi', '--prune']);
    }
  }
}

/** Writes the image to a file that `docker load` and `podman load` read. */
export async function writeArchive(tool, tag, path) {
  const args =
    tool === 'buildah' ? ['push', '--quiet', tag, `docker-archive:${path}:${tag}`] : ['save', '--output', path, tag];
  await run(tool, [...globals(tool), ...args], { quiet: true, step: `writing ${path}` });
}

/** Removes an image of buildah's storage. */
export const removeImage = (tag) => buildah(['rmi', '--force', tag]);

/**
 * Runs a function on the files of an image of buildah's storage.
 * @template T
 * @param {string} tag
 * @param {(folder: string) => Promise<T>} body
 */
export async function withImageFolder(tag, body) {
  const container = await buildah(['from', '--pull-never', tag]);
  try {
    return await body(await buildah(['mount', container]));
  } finally {
    await buildah(['rm', container]);
  }
}

/** Parts of the image whose sizes are printed; what is left is Debian's. */
const PARTS = {
  'the service': 'usr/bin/nearfar-server',
  'the page': 'usr/share/nearfar/page',
  'the detection model': 'usr/share/nearfar/face_detection_short_range.tflite',
  'bill of materials': 'usr/share/nearfar/bom.cdx.json',
  'licences and notices': 'usr/share/doc/nearfar',
};

/** @returns {Promise<[part: string, bytes: number][]>} what takes the image's size, the total first */
export function imageSizes(tag) {
  return withImageFolder(tag, async (folder) => {
    const bytes = async (path) => {
      const sizes = await captureOutput('find', [join(folder, path), '-type', 'f', '-printf', '%s\\n']);
      return sizes.split('\n').reduce((sum, size) => sum + Number(size), 0);
    };
    const total = await bytes('');
    const parts = await Promise.all(Object.entries(PARTS).map(async ([part, path]) => [part, await bytes(path)]));
    const ours = parts.reduce((sum, [, size]) => sum + size, 0);
    return [['total', total], ...parts, ["Debian's libraries and certificates", total - ours]];
  });
}

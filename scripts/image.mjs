// npm run image: builds the container image of the service. See its --help.

import { mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildAll } from './build/all.mjs';
import { makeBase } from './build/image-bases.mjs';
import {
  buildImage,
  chooseTool,
  imageSizes,
  importBase,
  removeImage,
  writeArchive,
} from './build/image-containers.mjs';
import { versionAndRevision, writeImageFiles } from './build/image-files.mjs';
import { buildService, serviceProgram } from './build/service.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root, run, UserError } from './cli/run.mjs';
import { ensureImageTools } from './setup/deployment.mjs';

const COMMAND = {
  name: 'npm run image',
  summary:
    'Builds the container image of the service, from Debian packages and this repository, without an image registry:\n' +
    'mmdebstrap makes the bases, buildah builds without a daemon.',
  options: {
    binary: { value: 'FILE', help: 'Takes this nearfar-server and the page in dist/; compiles nothing' },
    tool: { value: 'NAME', help: 'buildah, podman, docker, or auto: the first that works', default: 'buildah' },
    tag: { value: 'NAME', help: 'The name of the image', default: 'localhost/nearfar' },
    archive: { value: 'FILE', help: 'Also writes the image to a file for "docker load" or "podman load"' },
    files: { value: 'DIR', help: 'Writes the files of the image, without Debian, to this folder; builds no image' },
    base: { value: 'DIR', help: 'With --files: an unpacked base whose packages the bill of materials lists' },
  },
};

const FILES = join(root, 'out', 'image', 'files');

/** Compiles what `--binary` does not name, and returns the program. */
async function builtProgram(binary) {
  if (binary !== undefined) return resolve(binary);
  await Promise.all([buildAll(), buildService('service')]);
  return serviceProgram('service');
}

/** Unpacks what the bill of materials reads of the run-time base. */
async function unpackPackageLists(tar) {
  const folder = join(root, 'out', 'image', 'base');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run('tar', ['--extract', '--file', tar, '--directory', folder, './var/lib/dpkg', './usr/share/doc']);
  return folder;
}

async function buildContainerImage({ binary, tool: wanted, tag, archive }) {
  await ensureImageTools();
  const tool = chooseTool(wanted);
  const { version, revision } = versionAndRevision();
  const runtime = await makeBase('runtime');
  const buildArguments = { VERSION: version, REVISION: revision, SOURCE: 'prebuilt' };
  if (binary === undefined) {
    buildArguments.SOURCE = 'compile';
    buildArguments.BUILD_BASE = await importBase(tool, 'build', await makeBase('build'));
    if (process.env.CARGO_BUILD_JOBS) buildArguments.CARGO_BUILD_JOBS = process.env.CARGO_BUILD_JOBS;
  } else {
    // An interrupted run leaves some.
    rmSync(FILES, { recursive: true, force: true });
    await writeImageFiles(FILES, { program: resolve(binary), base: await unpackPackageLists(runtime) });
  }
  buildArguments.RUNTIME_BASE = await importBase(tool, 'runtime', runtime);
  await buildImage(tool, tag, buildArguments);
  // Its 2 GB are made again from its tar file.
  if (tool === 'buildah' && buildArguments.BUILD_BASE) await removeImage(buildArguments.BUILD_BASE);
  if (archive !== undefined) await writeArchive(tool, tag, resolve(archive));
  if (tool !== 'buildah') return log(`built ${tag}`);
  log(`built ${tag}:`);
  for (const [part, bytes] of await imageSizes(tag)) log(`${(bytes / 1e6).toFixed(1).padStart(8)} MB  ${part}`);
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  if (values.base !== undefined && values.files === undefined) throw new UserError('--base belongs to --files');
  if (values.files === undefined) return buildContainerImage(values);
  const base = values.base === undefined ? null : resolve(values.base);
  await writeImageFiles(resolve(values.files), { program: await builtProgram(values.binary), base });
  log(`wrote ${values.files}`);
});

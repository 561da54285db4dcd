// Writes the files of a deployment in the layout of the container image: program, page, model, licences and bill of
// materials.

import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { output, root, UserError } from '../cli/run.mjs';
import { installNpmPackages, MODEL } from '../setup/npm-packages.mjs';
import { licenseTexts } from './license-texts.mjs';
import { shippedPackages } from './shipped-packages.mjs';

const PROGRAM = join('usr', 'bin', 'nearfar-server');
const SHARE = join('usr', 'share', 'nearfar');
const DOCUMENTATION = join('usr', 'share', 'doc', 'nearfar');

/** Where the bill of materials is in the image. */
export const BILL_OF_MATERIALS = join(SHARE, 'bom.cdx.json');

/** Licences and notices of this repository. */
const NOTICES = ['LICENSE-APACHE', 'LICENSE-MIT', 'THIRD_PARTY_NOTICES.md'];

/** The folder of the service's data. */
const DATA = join('var', 'lib', 'nearfar');

/** The version of Cargo.toml, and the commit: `unknown` outside a clone. */
export function versionAndRevision() {
  const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));
  const revision = process.env.IMAGE_REVISION ?? output('git', ['rev-parse', 'HEAD']) ?? 'unknown';
  return { version, revision };
}

/** Sets the permissions of everything in the folder, whatever umask and sources left. */
function setModes(folder) {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    chmodSync(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  chmodSync(join(folder, PROGRAM), 0o755);
  chmodSync(join(folder, DATA), 0o700);
}

/** Fails unless the folder is new, empty, or of an earlier run: everything in it is deleted. */
function checkFolder(folder) {
  if (!existsSync(folder) || existsSync(join(folder, BILL_OF_MATERIALS)) || readdirSync(folder).length === 0) return;
  throw new UserError(`${folder} contains other files: name a new folder`);
}

/**
 * Writes the files to an empty or new folder, or replaces those of an earlier run. All are readable by everybody and
 * writable by their owner only.
 * @param {string} folder
 * @param {{program: string, base: string | null}} from the compiled service; the folder of the unpacked run-time base
 */
export async function writeImageFiles(folder, { program, base }) {
  checkFolder(folder);
  if (!existsSync(program)) throw new UserError(`no such file: ${program}`);
  if (!existsSync(join(root, 'dist', 'index.html')))
    throw new UserError('the page is missing in dist/: run "npm start -- --no-serve"');
  await installNpmPackages();
  // A new clone has the library only now.
  const { billOfMaterials } = await import('./bill-of-materials.mjs');
  rmSync(folder, { recursive: true, force: true });
  const copy = (source, path) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(source, join(folder, path));
  };
  copy(program, PROGRAM);
  // Source maps are for developers.
  const page = join(folder, SHARE, 'page');
  cpSync(join(root, 'dist'), page, { recursive: true, filter: (path) => !/\.map(\.\w+)?$/.test(path) });
  copy(join(root, MODEL), join(SHARE, 'face_detection_short_range.tflite'));
  for (const name of NOTICES) copy(join(root, name), join(DOCUMENTATION, name));
  const packages = await shippedPackages(base);
  const { text } = licenseTexts(packages);
  writeFileSync(join(folder, DOCUMENTATION, 'THIRD_PARTY_LICENSES.txt'), text);
  writeFileSync(join(folder, BILL_OF_MATERIALS), billOfMaterials(packages, versionAndRevision()));
  mkdirSync(join(folder, DATA), { recursive: true });
  setModes(folder);
}

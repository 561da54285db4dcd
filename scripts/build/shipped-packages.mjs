// Lists the packages of others inside a deployment: crates in the service and in the page's wasm modules, npm packages in
// the page, and Debian packages of the container image.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { captureOutput, root } from '../cli/run.mjs';

/**
 * @typedef {object} Package
 * @property {'cargo' | 'npm' | 'deb'} kind the name of its registry in package URLs
 * @property {string} name
 * @property {string} version
 * @property {string} [description]
 * @property {string[]} licenses SPDX expressions; of Debian, short names of its copyright files
 * @property {string} [homepage]
 * @property {{algorithm: string, hex: string}} [hash] of its archive in the registry
 * @property {string} [folder] where its sources and licence texts are
 * @property {string[]} uses the keys of the packages that it depends on
 * @property {boolean} ours whether it is a crate of this repository
 */

/** The key of a package: `cargo:serde@1.0.229`. */
export const keyOf = ({ kind, name, version }) => `${kind}:${name}@${version}`;

const WASM = 'wasm32-unknown-unknown';
const NATIVE = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-unknown-linux-gnu`;

/** The programs of a deployment: the crate of each, and what it is compiled for. */
export const PROGRAMS = [
  { crate: 'nearfar-server', target: NATIVE },
  { crate: 'nearfar', target: WASM },
  { crate: 'nearfar-sealing', target: WASM },
];

/** The names and versions of the crates that are linked into a program. */
async function linked({ crate, target }) {
  const edges = ['--edges', 'normal,no-proc-macro', '--target', target];
  const format = ['--prefix', 'none', '--no-dedupe', '--format', '{p}'];
  const tree = await captureOutput('cargo', ['tree', '--locked', '--package', crate, ...edges, ...format]);
  return tree.split('\n').flatMap((line) => {
    const [, name, version] = /^(\S+) v(\S+)/.exec(line) ?? [];
    return name ? [`cargo:${name}@${version}`] : [];
  });
}

/** The checksum of each crate in Cargo.lock. */
function crateChecksums() {
  const entries = readFileSync(join(root, 'Cargo.lock'), 'utf8').split('[[package]]');
  const value = (entry, field) => new RegExp(`^${field} = "(.+)"$`, 'm').exec(entry)?.[1];
  return Object.fromEntries(
    entries.map((entry) => [
      `cargo:${value(entry, 'name')}@${value(entry, 'version')}`,
      value(entry, 'checksum') && { algorithm: 'SHA-256', hex: value(entry, 'checksum') },
    ]),
  );
}

/** @returns {Promise<Package[]>} the crates of all programs, the repository's own included */
async function crates() {
  const wanted = new Set((await Promise.all(PROGRAMS.map(linked))).flat());
  const platforms = [NATIVE, WASM].map((target) => `--filter-platform=${target}`);
  const metadata = JSON.parse(
    await captureOutput('cargo', ['metadata', '--locked', '--format-version=1', ...platforms]),
  );
  const keys = new Map(metadata.packages.map((found) => [found.id, keyOf({ kind: 'cargo', ...found })]));
  const uses = new Map(metadata.resolve.nodes.map((node) => [node.id, node.deps.map(({ pkg }) => keys.get(pkg))]));
  const checksums = crateChecksums();
  return metadata.packages
    .filter(({ id }) => wanted.has(keys.get(id)))
    .map(({ id, name, version, description, license, repository, source, manifest_path: manifest }) => ({
      kind: 'cargo',
      name,
      version,
      description: description?.trim(),
      // Older crates separate alternatives with a slash.
      licenses: license ? [license.replace(/\s*\/\s*/g, ' OR ')] : [],
      homepage: repository,
      hash: checksums[keys.get(id)],
      folder: dirname(manifest),
      uses: uses.get(id).filter((key) => key !== keys.get(id) && wanted.has(key)),
      ours: source === null,
    }));
}

/** Packages of which the build copies files as they are; their dependencies are not part of the page. */
const COPIED = ['@mediapipe/face_detection', 'swagger-ui-dist'];

/** The packages that the page's sources import. */
export function importedPackages() {
  const source = join(root, 'www', 'src');
  const files = readdirSync(source, { recursive: true }).filter((name) => /(?<!\.d)\.ts$/.test(name));
  const names = files.flatMap((file) => {
    const lines = readFileSync(join(source, file), 'utf8').matchAll(
      /^(?:import\b|export\b|\}).* from '([^.'][^']*)'/gm,
    );
    return [...lines].map(([, name]) => /^(?:@[^/]+\/)?[^/]+/.exec(name)[0]);
  });
  return [...new Set(names)].sort();
}

/** @returns {Package[]} the packages of the page and their dependencies */
function npmPackages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const found = new Map();
  const add = (name, hasDependencies) => {
    const entry = packages[`node_modules/${name}`];
    // Types are not part of the page.
    if (found.has(name) || !entry || name.startsWith('@types/')) return;
    const folder = join(root, 'node_modules', name);
    const { description, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const names = hasDependencies ? Object.keys(entry.dependencies ?? {}) : [];
    const [algorithm, base64] = entry.integrity.split('-');
    found.set(name, {
      kind: 'npm',
      name,
      version: entry.version,
      description,
      licenses: entry.license ? [entry.license] : [],
      homepage,
      hash: { algorithm: algorithm.replace('sha', 'SHA-'), hex: Buffer.from(base64, 'base64').toString('hex') },
      folder,
      uses: names,
      ours: false,
    });
    for (const each of names) add(each, true);
  };
  for (const name of COPIED) add(name, false);
  for (const name of importedPackages()) add(name, true);
  const key = (name) => found.has(name) && keyOf(found.get(name));
  return [...found.values()].map((one) => ({ ...one, uses: one.uses.map(key).filter(Boolean) }));
}

/** The fields of a Debian control file. */
function control(text) {
  const lines = text.replace(/\n[ \t]+/g, ' ').split('\n');
  return Object.fromEntries(lines.filter((line) => line.includes(': ')).map((line) => line.split(/: (.*)/s)));
}

/**
 * @param {string} base the folder of an unpacked run-time base: its control files and copyright files
 * @returns {Package[]} its Debian packages
 */
export function debianPackages(base) {
  const folder = join(base, 'var', 'lib', 'dpkg');
  const separate = join(folder, 'status.d');
  const texts = existsSync(separate)
    ? readdirSync(separate).map((name) => readFileSync(join(separate, name), 'utf8'))
    : readFileSync(join(folder, 'status'), 'utf8').split('\n\n');
  const all = texts.map(control).filter(({ Package }) => Package);
  const keys = new Map(all.map(({ Package: name, Version: version }) => [name, keyOf({ kind: 'deb', name, version })]));
  return all.map(
    ({ Package: name, Version: version, Description, Homepage, Depends = '', 'Pre-Depends': before = '' }) => {
      const copyright = join(base, 'usr', 'share', 'doc', name, 'copyright');
      const text = existsSync(copyright) ? readFileSync(copyright, 'utf8') : '';
      const names = `${Depends},${before}`.split(/[,|]/).map((each) => each.trim().split(/[ :(]/)[0]);
      return {
        kind: 'deb',
        name,
        version,
        description: Description,
        licenses: [...new Set([...text.matchAll(/^License: *(\S.*)$/gm)].map(([, license]) => license.trim()))],
        homepage: Homepage,
        uses: [...new Set(names.map((each) => keys.get(each)).filter(Boolean))],
        ours: false,
      };
    },
  );
}

/**
 * Lists all packages, sorted by their keys.
 * @param {string | null} base the folder of the unpacked run-time base, if there is one
 * @returns {Promise<Package[]>}
 */
export async function shippedPackages(base) {
  const all = [...(await crates()), ...npmPackages(), ...(base ? debianPackages(base) : [])];
  return all.sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

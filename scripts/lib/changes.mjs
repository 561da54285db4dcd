// What has changed in the working tree, and which crates it concerns.

import { relative, sep } from 'node:path';
import { output, root, Stop } from './run.mjs';

const lines = (text) => text.split('\n').filter((line) => line !== '');

/**
 * The files that differ from a commit, and those that git does not know yet; paths from the root.
 * @throws {Stop} when there is no such commit
 */
export function changedFiles(since) {
  const changed = output('git', ['diff', '--name-only', since, '--']);
  if (changed === null) throw new Stop(`git knows no "${since}"`);
  return [...lines(changed), ...lines(output('git', ['ls-files', '--others', '--exclude-standard']) ?? '')];
}

/** The workspace's packages: name, and folder from the root with a slash at its end, '' for the root itself. */
export function packages() {
  const text = output('cargo', ['metadata', '--no-deps', '--format-version=1', '--locked']);
  if (text === null) throw new Stop('cargo metadata failed');
  return JSON.parse(text).packages.map(({ name, manifest_path: path }) => {
    const folder = relative(root, path).split(sep).slice(0, -1);
    return { name, folder: folder.map((part) => `${part}/`).join('') };
  });
}

/** The folders of the root package; what lies elsewhere in the root is none of its. */
const ROOT_FOLDERS = ['src/', 'tests/'];

/** The packages that have one of the files, each as `packages` gives it. */
export function packagesOf(files, all) {
  const isRust = (file) => !/\.(mjs|js|ts|md)$/.test(file);
  return all.filter(({ folder }) => {
    const folders = folder === '' ? ROOT_FOLDERS : [folder];
    return files.some((file) => isRust(file) && folders.some((start) => file.startsWith(start)));
  });
}

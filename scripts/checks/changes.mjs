// What has changed in the working tree, and which crates it concerns.

import { relative, sep } from 'node:path';
import { output, root, UserError } from '../cli/run.mjs';

/** What git wrote with `-z`, which quotes nothing. */
const names = (text) => text.split('\0').filter((name) => name !== '');

/**
 * The files that differ from a commit, and those that git does not know yet; paths from the root.
 * @throws {UserError} when there is no such commit
 */
export function changedFiles(since) {
  // A file that was moved concerns the place that it left, too.
  const changed = output('git', ['diff', '--name-only', '--no-renames', '-z', since, '--']);
  if (changed === null) throw new UserError(`git knows no "${since}"`);
  return [...names(changed), ...names(output('git', ['ls-files', '--others', '--exclude-standard', '-z']) ?? '')];
}

/**
 * The workspace's packages: name, folder from the root with a slash at its end ('' for the root itself), and the names of
 * their integration tests.
 */
export function packages() {
  const text = output('cargo', ['metadata', '--no-deps', '--format-version=1', '--locked']);
  if (text === null) throw new UserError('cargo metadata failed');
  return JSON.parse(text).packages.map(({ name, manifest_path: path, targets }) => {
    const folder = relative(root, path).split(sep).slice(0, -1);
    const tests = targets.filter(({ kind }) => kind.includes('test')).map(({ name }) => name);
    return { name, folder: folder.map((part) => `${part}/`).join(''), tests };
  });
}

/** The folders of the root package, and what its tests compare with the code; what lies elsewhere is none of its. */
const ROOT_FOLDERS = ['src/', 'tests/', 'examples/', 'www/src/engine/types.ts'];
/** Folders of the page's tests among them. */
const PAGE_FOLDERS = ['tests/e2e/', 'tests/packaging/', 'tests/testkit/', 'tests/unit/'];

const isRust = (file) =>
  file === 'www/src/engine/types.ts' ||
  (!/\.(mjs|js|jsx|ts|vue|sh|md)$/.test(file) && !PAGE_FOLDERS.some((start) => file.startsWith(start)));

/** The packages that have one of the files, each as `packages` gives it. */
export function packagesOf(files, all) {
  return all.filter(({ folder }) => {
    const folders = folder === '' ? ROOT_FOLDERS : [folder];
    return files.some((file) => isRust(file) && folders.some((start) => file.startsWith(start)));
  });
}

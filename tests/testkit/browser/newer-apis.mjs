// Which interfaces the built code names that the oldest browsers do not have, by MDN's compatibility data.

import data from '@mdn/browser-compat-data' with { type: 'json' };
import { oldestBrowsers } from '../../../scripts/build/browser-targets.mjs';

/** Under the names that MDN's data have. */
const OLDEST = (({ chrome, firefox, safari, ios_saf }) => ({ chrome, firefox, safari, safari_ios: ios_saf }))(
  oldestBrowsers(),
);

const isLater = (version, oldest) =>
  typeof version !== 'string' || Number.parseFloat(version.replace('≤', '')) > Number.parseFloat(oldest);

/** Behind a setting, under another name, or gone by then is as good as not there. */
function isOld({ version_added, version_removed, flags, prefix, alternative_name }, oldest) {
  const isGone = Boolean(version_removed) && !isLater(version_removed, oldest);
  return !isLater(version_added, oldest) && !isGone && !flags && !prefix && !alternative_name;
}

/** Whether one of the oldest browsers has not got a feature. */
function isNewer({ support }) {
  return Object.entries(OLDEST).some(
    ([browser, oldest]) => ![support[browser] ?? {}].flat().some((version) => isOld(version, oldest)),
  );
}

/** Interfaces and their members, from the objects of MDN's data that have them. */
function features() {
  const globals = new Map();
  const statics = new Map();
  const members = new Map();
  const paths = [];
  for (const group of [data.api, data.javascript.builtins]) {
    for (const [name, feature] of Object.entries(group)) {
      if (!feature.__compat) continue;
      const ours = isNewer(feature.__compat);
      globals.set(name, ours);
      if (ours) paths.push(name);
      for (const [key, { __compat: compat }] of Object.entries(feature)) {
        if (key === '__compat' || !compat) continue;
        const newer = ours || isNewer(compat);
        if (newer) paths.push(key.endsWith('_static') ? `${name}.${key.replace('_static', '')}` : `${name}#${key}`);
        const member = key.replace('_static', '');
        if (key !== member) statics.set(`${name}.${member}`, newer);
        // A name that an older interface has too tells nothing.
        members.set(member, (members.get(member) ?? true) && newer);
      }
    }
  }
  return { globals, statics, members, paths };
}

/** The newer ones that a script names, sorted: `Interface`, `Interface.static`, `.member`. */
export function newerNames(code) {
  const { globals, statics, members } = features();
  const found = new Set();
  const member = (name) => members.get(name) && found.add(`.${name}`);
  // Shorter names are those of minified code, but for `at`.
  for (const [, before, name] of code.matchAll(/(\??\.)?\b([A-Za-z_]\w*)\b/g)) {
    if (before && (name.length > 2 || name === 'at')) member(name);
    if (name.length > 2 && globals.get(name) && /^[A-Z]/.test(name)) found.add(name);
  }
  // Members in quotes, and those that are taken out of an object.
  for (const [, quoted, asked] of code.matchAll(/[\w)\]]\[["'`](\w{2,})["'`]\]|["'`](\w{2,})["'`]\s*in\b/g))
    member(quoted ?? asked);
  for (const [, names] of code.matchAll(/\b(?:const|let|var)\s*\{([^{}]*)\}\s*=/g))
    for (const [, name] of names.matchAll(/(?:^|,)\s*(\w{2,})/g)) if (name.length > 2 || name === 'at') member(name);
  for (const [, whole] of code.matchAll(/\b([A-Z]\w*\.\w+)\b/g)) if (statics.get(whole)) found.add(whole);
  return [...found].sort();
}

/** Everything that one of the oldest browsers has not got: `Interface`, `Interface.static`, `Interface#member`. */
export const newerPaths = () => features().paths;

/** For the page and its worker: takes away what is named so. `#member` alone is that of whichever interface has it. */
export function takeAway(paths) {
  for (const path of paths) {
    const [, name, kind, member] = path.match(/^(\w*)(?:([.#])(.+))?$/) ?? [];
    const owners =
      name === '' ? Object.getOwnPropertyNames(globalThis).map((each) => globalThis[each]) : [globalThis[name]];
    if (!kind) Reflect.deleteProperty(globalThis, name);
    for (const owner of kind ? owners : []) {
      const holder = kind === '.' ? owner : owner?.prototype;
      if (holder && Object.hasOwn(holder, member)) Reflect.deleteProperty(holder, member);
    }
  }
}

// Finds web APIs that the built code uses and the oldest supported browsers lack, by MDN's compatibility data.

import data from '@mdn/browser-compat-data' with { type: 'json' };
import { oldestBrowsers } from '../../../scripts/build/browser-targets.mjs';

/** The oldest browsers, by MDN's names. */
const OLDEST = (({ chrome, firefox, safari, ios_saf }) => ({ chrome, firefox, safari, safari_ios: ios_saf }))(
  oldestBrowsers(),
);

const isLater = (version, oldest) =>
  typeof version !== 'string' || Number.parseFloat(version.replace('≤', '')) > Number.parseFloat(oldest);

/** Whether the browser has the API. Behind a flag, under another name or removed counts as missing. */
function isAvailable({ version_added, version_removed, flags, prefix, alternative_name }, oldest) {
  const isGone = Boolean(version_removed) && !isLater(version_removed, oldest);
  return !isLater(version_added, oldest) && !isGone && !flags && !prefix && !alternative_name;
}

/** Whether one of the oldest browsers lacks an API. */
function isNewer({ support }) {
  return Object.entries(OLDEST).some(
    ([browser, oldest]) => ![support[browser] ?? {}].flat().some((version) => isAvailable(version, oldest)),
  );
}

/** The interfaces and their members in MDN's data, each with whether it is newer. */
function features() {
  const globals = new Map();
  const statics = new Map();
  const members = new Map();
  const paths = [];
  for (const group of [data.api, data.javascript.builtins]) {
    for (const [name, feature] of Object.entries(group)) {
      if (!feature.__compat) continue;
      const isNewerInterface = isNewer(feature.__compat);
      globals.set(name, isNewerInterface);
      if (isNewerInterface) paths.push(name);
      for (const [key, { __compat: compat }] of Object.entries(feature)) {
        if (key === '__compat' || !compat) continue;
        const newer = isNewerInterface || isNewer(compat);
        if (newer) paths.push(key.endsWith('_static') ? `${name}.${key.replace('_static', '')}` : `${name}#${key}`);
        const member = key.replace('_static', '');
        if (key !== member) statics.set(`${name}.${member}`, newer);
        // A name that an older interface also has proves nothing.
        members.set(member, (members.get(member) ?? true) && newer);
      }
    }
  }
  return { globals, statics, members, paths };
}

/** The newer APIs that a script names, sorted: `Interface`, `Interface.static`, `.member`. */
export function newerApiNames(code) {
  const { globals, statics, members } = features();
  const found = new Set();
  const member = (name) => members.get(name) && found.add(`.${name}`);
  // Shorter names, except `at`, come from minification. Three dots spread a value.
  for (const [, before, name, hyphen] of code.matchAll(/((?<!\.\.)\??\.)?\b([A-Za-z_]\w*)\b(-?)/g)) {
    // Before a hyphen it is part of a CSS class.
    if (before && (name.length > 2 || (name === 'at' && !hyphen))) member(name);
    if (name.length > 2 && globals.get(name) && /^[A-Z]/.test(name)) found.add(name);
  }
  // Members in quotes, and destructured members.
  for (const [, indexed, tested] of code.matchAll(/[\w)\]]\[["'`](\w{2,})["'`]\]|["'`](\w{2,})["'`]\s*in\b/g))
    member(indexed ?? tested);
  for (const [, names] of code.matchAll(/\b(?:const|let|var)\s*\{([^{}]*)\}\s*=/g))
    for (const [, name] of names.matchAll(/(?:^|,)\s*(\w{2,})/g)) if (name.length > 2 || name === 'at') member(name);
  for (const [, whole] of code.matchAll(/\b([A-Z]\w*\.\w+)\b/g)) if (statics.get(whole)) found.add(whole);
  return [...found].sort();
}

/** All APIs that one of the oldest browsers lacks: `Interface`, `Interface.static`, `Interface#member`. */
export const newerApiPaths = () => features().paths;

/** Runs in the page or worker: removes these APIs. `#member` without an interface removes it from every interface. */
export function removeApis(paths) {
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

// Installs the languages of examples/backend whose programs the tests run.

import { existsSync } from 'node:fs';
import { log, output } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

/** The library that the Java program reads JSON with, where Debian installs it. */
export const GSON = '/usr/share/java/gson.jar';

/** Debian's packages, each with whether it is there. Node.js runs the tests; `ensureJava` and Python have their own files. */
const PACKAGES = {
  'php-cli': () => output('php', ['--version']) !== null,
  'golang-go': () => output('go', ['version']) !== null,
  'libgoogle-gson-java': () => existsSync(GSON),
};

/** Installs what is missing on Debian as root. Elsewhere the tests skip a language that is not there. */
export async function ensureBackEndLanguages() {
  const missing = Object.keys(PACKAGES).filter((name) => !PACKAGES[name]());
  if (missing.length === 0) return;
  if (canApt()) return aptInstall(missing);
  log(`!!!! SKIPPED: back ends whose language is not here (Debian: ${missing.join(', ')}) !!!!`);
}

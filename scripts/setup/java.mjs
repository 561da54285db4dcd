// Finds Java, which compiles the Android helper in the tests, and installs it with apt if possible.

import { output, UserError } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

const hasJava = () => output('javac', ['-version']) !== null;

/** Installs a Java development kit on Debian as root; elsewhere throws a `UserError` if there is none. */
export async function ensureJava() {
  if (hasJava()) return;
  if (!canApt()) throw new UserError('missing: javac. Install a Java development kit, version 17 or later.');
  await aptInstall(['default-jdk-headless']);
}

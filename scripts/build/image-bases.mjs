// Makes the bases of the container image with mmdebstrap, from the Debian mirror that this machine uses.

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fingerprint } from '../cli/cached.mjs';
import { output, root, run } from '../cli/run.mjs';

/** Debian's release that has both Rust 1.95 (as `rustc-web`, kept current for browsers) and Node 20. */
export const RELEASE = 'trixie';

const HOOK = join('scripts', 'build', 'image-runtime.sh');
const FOLDER = join(root, '.cache', 'image');

/** The packages of the run-time base that mmdebstrap unpacks; the hook adds two more. */
const RUNTIME = ['libc6', 'libgcc-s1'];
const TOOLCHAIN = ['rustc-web', 'cargo-web', 'rust-web-src', 'rust-web-llvm', 'lld-22', 'nodejs', 'npm', 'gcc'];

/** The arguments of mmdebstrap for each base. */
const BASES = {
  runtime: [
    ...['--variant=extract', `--include=${RUNTIME.join()}`, '--skip=output/dev,output/mknod'],
    `--extract-hook=sh '${join(root, HOOK)}' "$1"`,
  ],
  build: ['--variant=minbase', `--include=${[...TOOLCHAIN, 'libc6-dev', 'ca-certificates'].join()}`],
};

/** What mmdebstrap itself leaves in the run-time base. */
const LEFTOVERS = ['./etc/apt', './var/cache/apt', './var/lib/apt', './var/log/apt'];

/** Debian's archives: their labels, names on a mirror, and suites. */
const ARCHIVES = [
  { label: 'Debian', path: 'debian', suites: [RELEASE, `${RELEASE}-updates`] },
  { label: 'Debian-Security', path: 'debian-security', suites: [`${RELEASE}-security`] },
];

/** The lines of sources.list for the release, at the mirrors of this machine's own. */
function sources() {
  const format = '$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  const known = output('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']) ?? '';
  return ARCHIVES.flatMap(({ label, path, suites }) => {
    const line = known.split('\n').find((text) => text.startsWith(`Debian|${label}|`));
    const mirror = line?.split('|')[2] ?? `http://deb.debian.org/${path}/`;
    return suites.map((suite) => `deb ${mirror} ${suite} main`);
  });
}

/** A base is made anew each week, for Debian's security updates. */
const week = (now) => String(Math.floor(now / 604_800_000));

/**
 * Makes a base unless this week's exists.
 * @param {'runtime' | 'build'} name
 * @returns {Promise<string>} the path of its tar file
 */
export async function makeBase(name, now = Date.now()) {
  const from = sources();
  const inputs = name === 'runtime' ? [HOOK] : [];
  const key = fingerprint(inputs, JSON.stringify([BASES[name], LEFTOVERS, from, week(now)])).slice(0, 16);
  const path = join(FOLDER, `${name}-${key}.tar`);
  if (existsSync(path)) return path;
  mkdirSync(dirname(path), { recursive: true });
  const incomplete = `${path}.incomplete-${process.pid}.tar`;
  try {
    await run('mmdebstrap', ['--quiet', ...BASES[name], RELEASE, incomplete, ...from], {
      step: `making the ${name} base from Debian's packages`,
    });
    if (name === 'runtime') await run('tar', ['--delete', '--file', incomplete, ...LEFTOVERS]);
    renameSync(incomplete, path);
  } finally {
    rmSync(incomplete, { force: true });
  }
  return path;
}

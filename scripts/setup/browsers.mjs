// Finds the browsers and drivers that tests and demos use, and installs missing ones with apt if possible.

import { existsSync } from 'node:fs';
import { log, UserError } from '../cli/run.mjs';
import { aptInstall, canApt } from './apt.mjs';

/** For each program, the environment variable and the paths to look in, and its Debian package. */
const PROGRAMS = {
  chromium: {
    variable: 'CHROMIUM',
    paths: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    package: 'chromium',
  },
  chromedriver: {
    variable: 'CHROMEDRIVER',
    paths: ['/usr/bin/chromedriver', '/usr/lib/chromium-browser/chromedriver', '/usr/local/bin/chromedriver'],
    package: 'chromium-driver',
  },
  firefox: { variable: 'FIREFOX', paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'], package: 'firefox-esr' },
  webkitDriver: { variable: 'WEBKIT_DRIVER', paths: ['/usr/bin/WebKitWebDriver'], package: 'webkit2gtk-driver' },
  xvfb: { variable: 'XVFB', paths: ['/usr/bin/Xvfb'], package: 'xvfb' },
};

/** The GStreamer plug-ins that WebKitGTK needs for video. */
const WEBKIT_CODECS = ['gstreamer1.0-plugins-good', 'gstreamer1.0-plugins-bad', 'gstreamer1.0-libav'];

function find(name) {
  const { variable, paths } = PROGRAMS[name];
  const candidates = process.env[variable] ? [process.env[variable]] : paths;
  return candidates.find((path) => existsSync(path)) ?? null;
}

/** Returns the path of a program. Throws a `UserError` if it is missing. */
export function browserProgram(name) {
  const path = find(name);
  if (path === null)
    throw new UserError(`${name} is missing: install ${PROGRAMS[name].package} or set ${PROGRAMS[name].variable}`);
  return path;
}

/** Installs missing programs on Debian as root; elsewhere throws a `UserError` that names the packages to install. */
export async function ensureBrowsers(names) {
  const missing = names.filter((name) => find(name) === null);
  if (missing.length === 0) return;
  const packages = missing.map((name) => PROGRAMS[name].package);
  if (missing.includes('webkitDriver')) packages.push(...WEBKIT_CODECS);
  if (!canApt()) {
    const variables = missing.map((name) => PROGRAMS[name].variable);
    throw new UserError(
      `missing: ${missing.join(', ')}. On Debian: apt-get install ${packages.join(' ')}; ` +
        `elsewhere install them and set ${variables.join(', ')} to their paths.`,
    );
  }
  log(`installing ${missing.join(', ')}`);
  await aptInstall(packages);
}

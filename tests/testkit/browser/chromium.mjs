// Headless Chromium with a video in place of a camera.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { program } from '../../../scripts/setup/browsers.mjs';

/** Switches that a test machine needs: no graphics card, no calls home, no question about the camera. */
const SWITCHES = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-sync',
];

/** For whatever a page is waited for: the film before the camera takes its time, and a busy machine plays it again. */
const PATIENCE_MS = 120_000;

/** Starts Chromium with these settings of a person's; what is returned closes and opens pages as a browser does. */
async function launchProfile(chromium, options, preferences) {
  const profile = mkdtempSync(join(tmpdir(), 'nearfar-profile-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, options);
  context.setDefaultTimeout(PATIENCE_MS);
  const newPage = async ({ viewport } = {}) => {
    const page = await context.newPage();
    if (viewport) await page.setViewportSize(viewport);
    return page;
  };
  const close = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return { newPage, close };
}

/**
 * Starts Chromium.
 * @param {{video?: string, devices?: string, ask?: 'allow' | 'deny' | 'prompt', args?: string[], keepsPages?: boolean,
 *   preferences?: object}} options
 *   `video`: a .y4m or .mjpeg file that the camera plays over and over; `devices`: other settings of the fake camera,
 *   such as `device-count=0`; `ask`: what happens when a page asks for the camera; `keepsPages`: with the back/forward
 *   cache, which Playwright switches off; `preferences`: settings of a profile, such as blocked cookies
 */
export async function launchChromium({ video, devices, ask = 'allow', args = [], keepsPages, preferences } = {}) {
  const { chromium } = await import('playwright-core');
  const camera = [devices ? `--use-fake-device-for-media-stream=${devices}` : '--use-fake-device-for-media-stream'];
  if (video) camera.push(`--use-file-for-fake-video-capture=${video}`);
  if (ask === 'allow') camera.push('--use-fake-ui-for-media-stream');
  if (ask === 'deny') camera.push('--use-fake-ui-for-media-stream=deny');
  const options = {
    executablePath: program('chromium'),
    chromiumSandbox: false,
    args: [...SWITCHES, ...camera, ...args],
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  };
  if (preferences) return launchProfile(chromium, options, preferences);
  const browser = await chromium.launch(options);
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}

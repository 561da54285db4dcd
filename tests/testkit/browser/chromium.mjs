// Starts headless Chromium with a video as the camera.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browserProgram } from '../../../scripts/setup/browsers.mjs';

/** Switches for test machines: no GPU, no background requests, no first-run dialogs. */
const SWITCHES = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-sync',
];

/** Playwright's timeout: the video may play more than once on a busy machine. */
const TIMEOUT_MS = 120_000;

/** Starts Chromium with these user preferences. Returns an object with a browser's `newPage` and `close`. */
async function launchProfile(chromium, options, preferences) {
  const profile = mkdtempSync(join(tmpdir(), 'nearfar-profile-'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(profile, options);
  context.setDefaultTimeout(TIMEOUT_MS);
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
 *   preferences?: object}} options `video`: a .y4m or .mjpeg file that the camera plays in a loop; `devices`: other
 *   settings of the fake camera, such as `device-count=0`; `ask`: the response to a request for the camera;
 *   `keepsPages`: enables the back/forward cache, which Playwright disables; `preferences`: user preferences, such as
 *   blocked cookies
 */
export async function launchChromium({ video, devices, ask = 'allow', args = [], keepsPages, preferences } = {}) {
  const { chromium } = await import('playwright-core');
  const camera = [devices ? `--use-fake-device-for-media-stream=${devices}` : '--use-fake-device-for-media-stream'];
  if (video) camera.push(`--use-file-for-fake-video-capture=${video}`);
  if (ask === 'allow') camera.push('--use-fake-ui-for-media-stream');
  if (ask === 'deny') camera.push('--use-fake-ui-for-media-stream=deny');
  const options = {
    executablePath: browserProgram('chromium'),
    chromiumSandbox: false,
    args: [...SWITCHES, ...camera, ...args],
    ...(keepsPages && { ignoreDefaultArgs: ['--disable-back-forward-cache'] }),
  };
  if (preferences) return launchProfile(chromium, options, preferences);
  const browser = await chromium.launch(options);
  browser.on('context', (context) => context.setDefaultTimeout(TIMEOUT_MS));
  return browser;
}

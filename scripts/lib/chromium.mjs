// Headless Chromium with a video in place of a camera.

import { program } from './browsers.mjs';

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

/**
 * Starts Chromium.
 * @param {{video?: string, devices?: string, ask?: 'allow' | 'deny' | 'prompt', args?: string[]}} options
 *   `video`: a .y4m or .mjpeg file that the camera plays over and over; `devices`: other settings of the fake camera,
 *   such as `device-count=0`; `ask`: what happens when a page asks for the camera
 */
export async function launchChromium({ video, devices, ask = 'allow', args = [] } = {}) {
  const { chromium } = await import('playwright-core');
  const camera = [devices ? `--use-fake-device-for-media-stream=${devices}` : '--use-fake-device-for-media-stream'];
  if (video) camera.push(`--use-file-for-fake-video-capture=${video}`);
  if (ask === 'allow') camera.push('--use-fake-ui-for-media-stream');
  if (ask === 'deny') camera.push('--use-fake-ui-for-media-stream=deny');
  const browser = await chromium.launch({
    executablePath: program('chromium'),
    chromiumSandbox: false,
    args: [...SWITCHES, ...camera, ...args],
  });
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}

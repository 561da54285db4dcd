// npm run gallery: every page of the journey as a picture. See its --help.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/browser/serve.mjs';
import { buildAll } from './build/all.mjs';
import { readArguments } from './cli/command.mjs';
import { main, say } from './cli/run.mjs';
import { browsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run gallery',
  summary:
    'Takes a picture of every page of the journey, on a phone and a desktop, light and dark, left to right and right\n' +
    'to left, and puts them on one HTML page.',
  options: { out: { value: 'DIR', help: 'The folder to write to; made if missing', default: 'out/gallery' } },
};
const PHONE = { width: 360, height: 640 };
const DESKTOP = { width: 1280, height: 720 };
const VARIANTS = {
  phone: { viewport: PHONE, colorScheme: 'light', language: 'en_US' },
  'phone, dark': { viewport: PHONE, colorScheme: 'dark', language: 'en_US' },
  'phone, Arabic': { viewport: PHONE, colorScheme: 'light', language: 'ar_AE' },
  'phone, German': { viewport: PHONE, colorScheme: 'dark', language: 'de_DE' },
  desktop: { viewport: DESKTOP, colorScheme: 'light', language: 'en_US' },
};

await main(async () => {
  const { values } = readArguments(COMMAND);
  const out = resolve(values.out);
  await buildAll();
  await browsers(['chromium']);
  const { openScene, SCENES } = await import('../tests/testkit/page/screens.mjs');
  const { scenarioVideo } = await import('../tests/testkit/scenarios/generate.mjs');
  const server = await serve({ port: 0 });
  const browser = await launchChromium({ video: await scenarioVideo('keep_still') });
  mkdirSync(out, { recursive: true });
  const rows = [];
  for (const scene of Object.keys(SCENES)) {
    const cells = [];
    for (const [name, { viewport, colorScheme, language }] of Object.entries(VARIANTS)) {
      const page = await browser.newPage({ viewport, colorScheme });
      await openScene(page, server.url, scene, language);
      const file = `${scene}-${name.replaceAll(/\W+/g, '-')}.png`;
      await page.screenshot({ path: join(out, file) });
      await page.close();
      cells.push(`<td><img src="${file}" alt="${scene}, ${name}" height="320"></td>`);
    }
    rows.push(`<tr><th scope="row">${scene}</th>${cells.join('')}</tr>`);
    say(scene);
  }
  await browser.close();
  await server.close();
  const head = Object.keys(VARIANTS).map((name) => `<th scope="col">${name}</th>`);
  const style =
    '<style>body{font-family:system-ui}td,th{padding:8px;vertical-align:top}img{border:1px solid #999}</style>';
  const table = `<table><tr><td></td>${head.join('')}</tr>${rows.join('\n')}</table>`;
  writeFileSync(
    join(out, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>nearfar: pages</title>${style}${table}\n`,
  );
  say(`written: ${join(out, 'index.html')}`);
});

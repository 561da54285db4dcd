// npm run gallery: takes screenshots of every screen of the journey. See its --help.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/page/serve.mjs';
import { buildAll } from './build/all.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root } from './cli/run.mjs';
import { ensureBrowsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run gallery',
  summary:
    'Takes screenshots of every screen of the journey, on phone and desktop, light and dark, left-to-right and\n' +
    'right-to-left, and writes an HTML page with all of them.',
  options: {
    out: { value: 'DIR', help: 'The output folder; created if missing', default: 'out/gallery' },
    readme: { help: 'Writes the picture of README.md, docs/page.webp, instead' },
  },
};
const README_PICTURE = join(root, 'docs', 'page.webp');
const PHONE = { width: 360, height: 640 };
const DESKTOP = { width: 1280, height: 720 };
const VARIANTS = {
  phone: { viewport: PHONE, colorScheme: 'light', language: 'en_US' },
  'phone, dark': { viewport: PHONE, colorScheme: 'dark', language: 'en_US' },
  'phone, Arabic': { viewport: PHONE, colorScheme: 'light', language: 'ar_AE' },
  'phone, German': { viewport: PHONE, colorScheme: 'dark', language: 'de_DE' },
  desktop: { viewport: DESKTOP, colorScheme: 'light', language: 'en_US' },
};

async function writeReadmePicture(server, video) {
  const { readmePicture } = await import('../tests/testkit/page/readme-picture.mjs');
  const browser = await launchChromium({ video });
  try {
    writeFileSync(README_PICTURE, await readmePicture(browser, server.url));
  } finally {
    await browser.close();
    await server.close();
  }
  log(`written: ${README_PICTURE}`);
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  const out = resolve(values.out);
  await buildAll();
  await ensureBrowsers(['chromium']);
  const { openScreen, SCREENS } = await import('../tests/testkit/page/screens.mjs');
  const { scenarioVideo } = await import('../tests/testkit/scenarios/generate.mjs');
  const server = await serve({ port: 0 });
  if (values.readme) return await writeReadmePicture(server, await scenarioVideo('far_to_near'));
  const browser = await launchChromium({ video: await scenarioVideo('keep_still') });
  mkdirSync(out, { recursive: true });
  const rows = [];
  for (const screen of Object.keys(SCREENS)) {
    const cells = [];
    for (const [name, { viewport, colorScheme, language }] of Object.entries(VARIANTS)) {
      const page = await browser.newPage({ viewport, colorScheme });
      await openScreen(page, server.url, screen, language);
      const file = `${screen}-${name.replaceAll(/\W+/g, '-')}.png`;
      await page.screenshot({ path: join(out, file) });
      await page.close();
      cells.push(`<td><img src="${file}" alt="${screen}, ${name}" height="320"></td>`);
    }
    rows.push(`<tr><th scope="row">${screen}</th>${cells.join('')}</tr>`);
    log(screen);
  }
  await browser.close();
  await server.close();
  const head = Object.keys(VARIANTS).map((name) => `<th scope="col">${name}</th>`);
  const style =
    '<style>body{font-family:system-ui}td,th{padding:8px;vertical-align:top}img{border:1px solid #999}</style>';
  const table = `<table><tr><td></td>${head.join('')}</tr>${rows.join('\n')}</table>`;
  writeFileSync(
    join(out, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>nearfar: screens</title>${style}${table}\n`,
  );
  log(`written: ${join(out, 'index.html')}`);
});

// npm run gallery: takes screenshots of every screen of the journey. See its --help.

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { serve } from '../tests/testkit/page/serve.mjs';
import { buildAll } from './build/all.mjs';
import { readArguments } from './cli/command.mjs';
import { log, main, root, UserError } from './cli/run.mjs';
import { ensureBrowsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run gallery',
  summary:
    'Takes screenshots of every screen of the journey: on phones, tablet and desktop, light and dark, left-to-right\n' +
    'and right-to-left, with large text and forced colours. Writes an HTML page with all of them.',
  options: {
    out: { value: 'DIR', help: 'The output folder; created if missing', default: 'out/gallery' },
    screens: { value: 'NAMES', help: 'Only these screens, separated by commas', default: 'all' },
    docs: { help: 'Writes the small pictures in docs/screens and their README instead' },
    readme: { help: 'Writes the picture of README.md, docs/page.webp, instead' },
  },
};
const README_PICTURE = join(root, 'docs', 'page.webp');
const SCREENS_FOLDER = join(root, 'docs', 'screens');
/** Pictures in a row of the README of docs/screens. */
const COLUMNS = 3;
/** The largest picture in docs/screens, bytes. */
const MAX_BYTES = 25_000;

const PHONE = { width: 360, height: 640 };
const DESKTOP = { width: 1280, height: 720 };
/** `isLarge`: text of twice the size. */
const VARIANTS = {
  phone: { viewport: PHONE },
  'phone, dark': { viewport: PHONE, colorScheme: 'dark' },
  'small phone': { viewport: { width: 320, height: 568 } },
  'phone, landscape': { viewport: { width: 640, height: 360 } },
  'phone, 200 % text': { viewport: PHONE, isLarge: true },
  'phone, Arabic': { viewport: PHONE, language: 'ar_AE' },
  'phone, German': { viewport: PHONE, colorScheme: 'dark', language: 'de_DE' },
  'phone, forced colours': { viewport: PHONE, colorScheme: 'dark', forcedColors: 'active' },
  tablet: { viewport: { width: 768, height: 1024 } },
  desktop: { viewport: DESKTOP },
  'desktop, dark': { viewport: DESKTOP, colorScheme: 'dark' },
};
/** Screens that only a computer shows. */
const DESKTOP_ONLY = ['tips_phone', 'phone_first'];
/** Pictures in docs/screens besides one of each screen: screen, variant. */
const DOCS_VARIANTS = [
  ['tips', 'desktop'],
  ['tips', 'phone, dark'],
  ['tips', 'phone, landscape'],
  ['tips', 'phone, 200 % text'],
  ['tips', 'phone, Arabic'],
  ['tips', 'phone, forced colours'],
  ['camera_far', 'phone, landscape'],
  ['success', 'phone, dark'],
  ['denied', 'desktop'],
];

/** Opens Chromium with a person in front of its camera, and with none. */
async function openStudio() {
  const { openScreen, SCREENS } = await import('../tests/testkit/page/screens.mjs');
  const { CAMERA_SHOTS, openCameraShot } = await import('../tests/testkit/page/camera-shots.mjs');
  const { scenarioVideo } = await import('../tests/testkit/scenarios/generate.mjs');
  const server = await serve({ port: 0 });
  const person = await launchChromium({ video: await scenarioVideo('far_to_near') });
  const nobody = await launchChromium();

  /** A screenshot of a screen in a variant, as PNG. */
  async function shoot(screen, { language = 'en_US', isLarge = false, ...variant }) {
    const isShot = screen in CAMERA_SHOTS;
    const options = { colorScheme: 'light', ...variant };
    const page = await (isShot ? person : nobody).newPage(options);
    if (isLarge) {
      const devtools = await page.context().newCDPSession(page);
      // Like the browser's font size setting: it changes the rem unit.
      await devtools.send('Page.setFontSizes', { fontSizes: { standard: 32, fixed: 32 } });
    }
    await (isShot ? openCameraShot : openScreen)(page, server.url, screen, language);
    // Only now: without motion the page leaves the light challenge out.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const image = await page.screenshot();
    await page.close();
    return image;
  }

  const close = () => Promise.all([person.close(), nobody.close(), server.close()]);
  return { server, person, shoot, close, names: [...Object.keys(SCREENS), ...Object.keys(CAMERA_SHOTS)] };
}

const fileName = (screen, variant, type) => `${screen}-${variant}`.replaceAll(/[^\w-]+/g, '-') + type;

/** A smaller copy of a picture, as WebP of at most `MAX_BYTES`. */
async function shrink(png) {
  const { createCanvas, loadImage } = await import('@napi-rs/canvas');
  const image = await loadImage(png);
  const scale = Math.min(1, 640 / image.width);
  const canvas = createCanvas(Math.round(image.width * scale), Math.round(image.height * scale));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  for (const quality of [80, 65, 50, 35]) {
    const bytes = await canvas.encode('webp', quality);
    if (bytes.length <= MAX_BYTES) return bytes;
  }
  throw new UserError(`a picture is larger than ${MAX_BYTES} bytes`);
}

/** Pictures next to one another, each above its description. */
function pictureTable(entries) {
  const rows = [];
  for (let start = 0; start < entries.length; start += COLUMNS) {
    const row = entries.slice(start, start + COLUMNS);
    const line = (cells) => `| ${cells.join(' | ')} |`;
    const pictures = row.map(({ name, description }) => `![${description}](${name})`);
    rows.push([line(pictures), line(row.map(() => '---')), line(row.map(({ description }) => description))].join('\n'));
  }
  return rows.join('\n\n');
}

/** Writes docs/screens. */
async function writeDocs({ shoot, names }, chosen) {
  const { DESCRIPTIONS, GROUPS } = await import('../tests/testkit/page/screen-descriptions.mjs');
  mkdirSync(SCREENS_FOLDER, { recursive: true });
  if (chosen.length === names.length)
    for (const name of readdirSync(SCREENS_FOLDER)) rmSync(join(SCREENS_FOLDER, name));
  const save = async (screen, variant, name) => {
    if (!chosen.includes(screen)) return;
    writeFileSync(join(SCREENS_FOLDER, name), await shrink(await shoot(screen, VARIANTS[variant])));
    log(name);
  };
  const sections = [];
  for (const [group, screens] of Object.entries(GROUPS)) {
    for (const screen of Object.keys(screens))
      await save(screen, DESKTOP_ONLY.includes(screen) ? 'desktop' : 'phone', `${screen}.webp`);
    const entries = Object.entries(screens).map(([screen, description]) => ({ name: `${screen}.webp`, description }));
    sections.push(`## ${group}\n\n${pictureTable(entries)}`);
  }
  const variants = [];
  for (const [screen, variant] of DOCS_VARIANTS) {
    const name = fileName(screen, variant, '.webp');
    await save(screen, variant, name);
    variants.push({ name, description: `${variant[0].toUpperCase()}${variant.slice(1)}: ${DESCRIPTIONS[screen]}` });
  }
  const intro =
    '# Screens\n\nEvery screen of the page, in the state in which a person meets it. `npm run gallery -- --docs` takes the pictures\n' +
    'again; `npm run gallery` takes all of them in every size, colour scheme and direction of text. The faces are blurred.';
  const text = [intro, ...sections, `## Other sizes, colours and languages\n\n${pictureTable(variants)}`].join('\n\n');
  writeFileSync(join(SCREENS_FOLDER, 'README.md'), `${text}\n`);
  log(`written: ${SCREENS_FOLDER}`);
}

/** Writes every screen in every variant, and an HTML page with all of them. */
async function writeGallery({ shoot }, chosen, out) {
  mkdirSync(out, { recursive: true });
  const rows = [];
  for (const screen of chosen) {
    const cells = [];
    for (const [name, variant] of Object.entries(VARIANTS)) {
      const file = fileName(screen, name, '.png');
      writeFileSync(join(out, file), await shoot(screen, variant));
      cells.push(`<td><img src="${file}" alt="${screen}, ${name}" height="320"></td>`);
    }
    rows.push(`<tr><th scope="row">${screen}</th>${cells.join('')}</tr>`);
    log(screen);
  }
  const head = Object.keys(VARIANTS).map((name) => `<th scope="col">${name}</th>`);
  const style =
    '<style>body{font-family:system-ui}td,th{padding:8px;vertical-align:top}img{border:1px solid #999}</style>';
  const table = `<table><tr><td></td>${head.join('')}</tr>${rows.join('\n')}</table>`;
  writeFileSync(
    join(out, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>nearfar: screens</title>${style}${table}\n`,
  );
  log(`written: ${join(out, 'index.html')}`);
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  await buildAll();
  await ensureBrowsers(['chromium']);
  const studio = await openStudio();
  try {
    const chosen = values.screens === 'all' ? studio.names : values.screens.split(',');
    const unknown = chosen.filter((name) => !studio.names.includes(name));
    if (unknown.length > 0)
      throw new UserError(`no such screen: ${unknown.join(', ')}. Screens: ${studio.names.join(', ')}`);
    if (values.readme) {
      const { readmePicture } = await import('../tests/testkit/page/readme-picture.mjs');
      writeFileSync(README_PICTURE, await readmePicture(studio.person, studio.server.url));
      log(`written: ${README_PICTURE}`);
    } else await (values.docs ? writeDocs(studio, chosen) : writeGallery(studio, chosen, resolve(values.out)));
  } finally {
    await studio.close();
  }
});

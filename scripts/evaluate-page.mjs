// npm run evaluate:page: plays videos of honest people and attacks through the real page and service. See its --help.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { openSession, post, signIn } from '../tests/testkit/service/integrator.mjs';
import { buildAll } from './build/all.mjs';
import { buildService } from './build/service.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { log, main, root, run, UserError } from './cli/run.mjs';
import { accountCommand, dataDirEnv, startService } from './servers/service.mjs';
import { ensureBrowsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run evaluate:page',
  summary:
    'Plays videos of honest people and attacks as the camera of a real Chromium on the real page, lets the real service\n' +
    'score them, and prints a table of the results.',
  options: {
    people: { value: 'N', help: 'How many people to render', default: '2' },
    films: { value: 'DIR', help: 'Your own videos instead: DIR/SPECIES/NAME.mjpeg; honest people are "bona-fide"' },
    docs: { help: 'Writes the table to docs/LIVENESS.md' },
  },
};
const BONA_FIDE = 'bona-fide';
/** The video of an approaching person, injected into the page as a canvas. */
const AS_CANVAS = ['injected-film', 'canvas capture'];
/** An honest video with one byte of its upload changed. */
const ALTERED = [BONA_FIDE, 'altered upload'];
const VIDEO = { fps: 30, width: 720, height: 1280 };
/** Cargo's arguments for the program that renders the videos. */
const EVALUATE = [
  '--profile',
  'start',
  '--package',
  'nearfar-evaluation',
  '--features',
  'commands',
  '--bin',
  'evaluate',
];
const TIMEOUT_MS = 75_000;
const MARKERS = /(<!-- evaluate-page -->\n)[\s\S]*?(<!-- \/evaluate-page -->)/;

/** Every video, and how it gets into the page. */
function presentations(folder) {
  const videos = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const names = readdirSync(join(folder, entry.name)).filter((name) => name.endsWith('.mjpeg'));
    return names.map((name) => ({ species: entry.name, path: join(folder, entry.name, name), injection: 'camera' }));
  });
  const inject = ([source, species], injection) =>
    videos.filter((video) => video.species === source).map((video) => ({ ...video, species, injection }));
  return [...videos, ...inject(AS_CANVAS, 'canvas'), ...inject(ALTERED, 'altered')];
}

/** Prepares the page for a video that does not come from the browser's fake camera. */
async function prepare(page, { injection, path }, url) {
  if (injection === 'canvas') {
    const { playCanvasCamera } = await import('../tests/testkit/browser/canvas-camera.mjs');
    const video = new URL('video.mjpeg', url).href;
    await page.route(video, (route) => route.fulfill({ path, contentType: 'video/x-motion-jpeg' }));
    await page.addInitScript(playCanvasCamera, { url: video, ...VIDEO });
  }
  if (injection === 'altered') {
    await page.route(/\/attempts\/[^/]+$/, (route) => {
      const body = route.request().postDataBuffer();
      if (route.request().method() !== 'PUT' || !body) return route.continue();
      body[Math.floor(body.length / 2)] ^= 1;
      return route.continue({ postData: body });
    });
  }
}

/** Runs one journey with one try and returns its result. */
async function present(service, access, presentation) {
  const session = await openSession(service.url, access, { tryCount: 1 });
  const browser = await launchChromium({ video: presentation.injection === 'canvas' ? undefined : presentation.path });
  try {
    const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
    await prepare(page, presentation, session.url);
    const refusals = new Set();
    page.on('response', async (response) => {
      if (response.request().method() !== 'PUT') return;
      const body = await response.json().catch(() => null);
      if (body && body.code !== 'SUCCESS') refusals.add(body.code);
    });
    const address = new URL(session.url);
    address.searchParams.set('language', 'en');
    const constraints = { width: { ideal: VIDEO.width }, height: { ideal: VIDEO.height } };
    address.searchParams.set('constraints', JSON.stringify(constraints));
    await page.goto(address.href);
    await page.getByRole('button', { name: 'Start camera' }).click();
    for (const end = Date.now() + TIMEOUT_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 500))) {
      if (refusals.size > 0) return { outcome: `upload refused: ${[...refusals].join(', ')}` };
      const status = await fetch(new URL('api/v1/status', new URL('.', session.url)), { headers: session.headers });
      const { data } = await status.json();
      if (data?.result) {
        const request = { signatureId: session.signatureId };
        const result = await post(`${service.url}openapi/liveness/v4/h5/get-result`, access, request).catch(() => null);
        const { code, score, passed } = data.result;
        return { outcome: code, score, passed, attackType: result?.attackType ?? null };
      }
    }
    const isOver = (await page.locator('[part~="result"], [part~="notice"]').count()) > 0;
    if (!isOver) return { outcome: `still capturing after ${TIMEOUT_MS / 1000} s` };
    const heading = await page.getByRole('heading').first().textContent();
    return { outcome: `never captured: ${heading.trim()}` };
  } finally {
    await browser.close();
  }
}

/** The results as a Markdown table, one row for each species. */
function table(results) {
  const species = [...new Set(results.map((result) => result.species))];
  const rows = species.map((name) => {
    const all = results.filter((result) => result.species === name);
    const scores = all.map(({ score, outcome }) => (outcome === 'SUCCESS' ? score : '-'));
    const kinds = [...new Set(all.map(({ attackType }) => attackType).filter(Boolean))];
    const others = [...new Set(all.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'SUCCESS'))];
    const passed = all.filter((result) => result.passed).length;
    const cells = [
      name.replaceAll('-', ' '),
      all.length,
      passed,
      scores.join(', '),
      kinds.join(', '),
      others.join('; '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return `| species | videos | pass | scores | attackType | no score |\n|---|---|---|---|---|---|\n${rows.join('\n')}`;
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  wholeNumber('people', values.people, { least: 1 });
  const own = values.films && resolve(values.films);
  if (own && !existsSync(own)) throw new UserError(`folder not found: ${own}`);
  await buildAll();
  await buildService();
  await ensureBrowsers(['chromium']);
  const videoFolder = own ?? join(root, 'out', 'films');
  if (!own) {
    rmSync(videoFolder, { recursive: true, force: true });
    mkdirSync(videoFolder, { recursive: true });
    log('rendering the videos');
    const evaluate = ['run', '--quiet', '--locked', ...EVALUATE];
    await run('cargo', [...evaluate, '--', '--films', videoFolder, '--people', values.people], {
      step: 'rendering the videos',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-'));
  const env = { NEARFAR_LOG: 'warn', ...dataDirEnv(folder) };
  const [keys] = accountCommand(['add', 'evaluate'], env);
  const service = await startService({ port: 0, env });
  const results = [];
  try {
    const access = await signIn(service.url, keys);
    for (const presentation of presentations(videoFolder)) {
      const result = await present(service, access, presentation);
      results.push({ species: presentation.species, ...result });
      log(`${presentation.species}, ${basename(presentation.path)}: ${JSON.stringify(result)}`);
    }
  } finally {
    await service.close();
    rmSync(folder, { recursive: true });
  }
  const rows = table(results);
  log(rows);
  if (values.docs) {
    const file = join(root, 'docs', 'LIVENESS.md');
    const text = readFileSync(file, 'utf8');
    if (!MARKERS.test(text)) throw new UserError('docs/LIVENESS.md has lost its markers <!-- evaluate-page -->');
    writeFileSync(
      file,
      text.replace(MARKERS, (_, begin, end) => `${begin}${rows}\n${end}`),
    );
  }
});

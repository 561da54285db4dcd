// npm run evaluate:page: films of honest people and of attacks through the real page and service. See its --help.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { launchChromium } from '../tests/testkit/browser/chromium.mjs';
import { openSession, post, signIn } from '../tests/testkit/service/integrator.mjs';
import { buildAll } from './build/all.mjs';
import { accounts, buildService, dataDirEnv, startService } from './build/service.mjs';
import { readArguments, wholeNumber } from './cli/command.mjs';
import { main, root, run, say, UserError } from './cli/run.mjs';
import { browsers } from './setup/browsers.mjs';

const COMMAND = {
  name: 'npm run evaluate:page',
  summary:
    'Plays films of honest people and of attacks as the camera of a real Chromium on the real page, has the real\n' +
    'service score them, and prints a table of what became of each.',
  options: {
    people: { value: 'N', help: 'Of how many people films are drawn', default: '2' },
    films: { value: 'DIR', help: 'Films of your own instead: DIR/SPECIES/NAME.mjpeg; honest people are "bona-fide"' },
    docs: { help: 'Puts the table into docs/LIVENESS.md' },
  },
};
const HONEST = 'bona-fide';
/** The film of somebody who comes nearer, put into the page as a canvas. */
const AS_CANVAS = ['injected-film', 'canvas capture'];
/** An honest film, of whose upload a byte is changed on the way. */
const ALTERED = [HONEST, 'altered upload'];
const FILM = { fps: 30, width: 720, height: 1280 };
const PATIENCE_MS = 75_000;
const PLACE = /(<!-- evaluate-page -->\n)[\s\S]*?(<!-- \/evaluate-page -->)/;

/** Every film, and how it gets into the page. */
function presentations(folder) {
  const films = readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const names = readdirSync(join(folder, entry.name)).filter((name) => name.endsWith('.mjpeg'));
    return names.map((name) => ({ species: entry.name, path: join(folder, entry.name, name), way: 'camera' }));
  });
  const as = ([source, species], way) =>
    films.filter((film) => film.species === source).map((film) => ({ ...film, species, way }));
  return [...films, ...as(AS_CANVAS, 'canvas'), ...as(ALTERED, 'altered')];
}

async function prepare(page, { way, path }, url) {
  if (way === 'canvas') {
    const { playAsCamera } = await import('../tests/testkit/browser/canvas-camera.mjs');
    const film = new URL('film.mjpeg', url).href;
    await page.route(film, (route) => route.fulfill({ path, contentType: 'video/x-motion-jpeg' }));
    await page.addInitScript(playAsCamera, { url: film, ...FILM });
  }
  if (way === 'altered') {
    await page.route(/\/attempts\/[^/]+$/, (route) => {
      const body = route.request().postDataBuffer();
      if (route.request().method() !== 'PUT' || !body) return route.continue();
      body[Math.floor(body.length / 2)] ^= 1;
      return route.continue({ postData: body });
    });
  }
}

/** Goes through the journey, one try, and says what came of it. */
async function present(service, access, presentation) {
  const session = await openSession(service.url, access, { tryCount: 1 });
  const browser = await launchChromium({ video: presentation.way === 'canvas' ? undefined : presentation.path });
  try {
    const page = await browser.newPage({ viewport: { width: 450, height: 800 } });
    await prepare(page, presentation, session.url);
    const told = new Set();
    page.on('response', async (response) => {
      if (response.request().method() !== 'PUT') return;
      const answer = await response.json().catch(() => null);
      if (answer && answer.code !== 'SUCCESS') told.add(answer.code);
    });
    const address = new URL(session.url);
    address.searchParams.set('language', 'en');
    const wish = { width: { ideal: FILM.width }, height: { ideal: FILM.height } };
    address.searchParams.set('constraints', JSON.stringify(wish));
    await page.goto(address.href);
    await page.getByRole('button', { name: 'Start the camera' }).click();
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await new Promise((done) => setTimeout(done, 500))) {
      if (told.size > 0) return { outcome: `upload refused: ${[...told].join(', ')}` };
      const status = await fetch(new URL('api/v1/status', new URL('.', session.url)), { headers: session.headers });
      const { data } = await status.json();
      if (data?.result) {
        const ask = { signatureId: session.signatureId };
        const result = await post(`${service.url}openapi/liveness/v4/h5/get-result`, access, ask).catch(() => null);
        const { code, score, passed } = data.result;
        return { outcome: code, score, passed, attackType: result?.attackType ?? null };
      }
    }
    const isOver = (await page.locator('[part~="result"], [part~="notice"]').count()) > 0;
    if (!isOver) return { outcome: `still capturing after ${PATIENCE_MS / 1000} s` };
    const said = await page.getByRole('heading').first().textContent();
    return { outcome: `never captured: ${said.trim()}` };
  } finally {
    await browser.close();
  }
}

/** One row a species. */
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
  return `| species | films | pass | scores | attackType | no score |\n|---|---|---|---|---|---|\n${rows.join('\n')}`;
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  wholeNumber('people', values.people, { least: 1 });
  const own = values.films && resolve(values.films);
  if (own && !existsSync(own)) throw new UserError(`there is no folder ${own}`);
  await buildAll();
  await buildService();
  await browsers(['chromium']);
  const films = own ?? join(root, 'out', 'films');
  if (!own) {
    rmSync(films, { recursive: true, force: true });
    mkdirSync(films, { recursive: true });
    say('drawing the films');
    const evaluate = ['run', '--quiet', '--locked', '--profile', 'start', '--package', 'nearfar-evaluation'];
    const command = ['--features', 'commands', '--bin', 'evaluate', '--', '--films', films, '--people', values.people];
    await run('cargo', [...evaluate, ...command], {
      step: 'drawing the films',
    });
  }
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-'));
  const env = { NEARFAR_LOG: 'warn', ...dataDirEnv(folder) };
  const [keys] = accounts(['add', 'evaluate'], env);
  const service = await startService({ port: 0, env });
  const results = [];
  try {
    const access = await signIn(service.url, keys);
    for (const presentation of presentations(films)) {
      const result = await present(service, access, presentation);
      results.push({ species: presentation.species, ...result });
      say(`${presentation.species}, ${basename(presentation.path)}: ${JSON.stringify(result)}`);
    }
  } finally {
    await service.close();
    rmSync(folder, { recursive: true });
  }
  const told = table(results);
  say(told);
  if (values.docs) {
    const file = join(root, 'docs', 'LIVENESS.md');
    const text = readFileSync(file, 'utf8');
    if (!PLACE.test(text)) throw new UserError('docs/LIVENESS.md has no place for it');
    writeFileSync(
      file,
      text.replace(PLACE, (_, begin, end) => `${begin}${told}\n${end}`),
    );
  }
});

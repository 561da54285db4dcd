// A study with the commands of docs/STUDY.md: consent, a capture with a fake camera, export, erasure.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { test } from 'node:test';
import { serviceProgram } from '../../scripts/build/service.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { launchChromium } from '../testkit/browser/chromium.mjs';
import { address, LONG_STAGES, viewport, wholeVideo } from '../testkit/page/capture.mjs';
import { scenarioVideo } from '../testkit/scenarios/generate.mjs';
import { openService } from '../testkit/service/service.mjs';

const GUIDE = readFileSync(join(root, 'docs', 'STUDY.md'), 'utf8');
const [, OPTIONS] = GUIDE.match(/^```toml\n(.*?)^```$/ms);
const [, COMMANDS] = GUIDE.match(/^```sh\n(nearfar-server study .*?)^```$/ms);
const [BONA_FIDE, ATTACK, LIST, EXPORT, ERASE, INTERVAL, ...MORE] = COMMANDS.trim().split('\n');

/** The files in a folder, as relative paths. */
const below = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();

/** Starts a service with the guide's study, a shell for its commands, and a browser with a fake camera. */
async function openStudy(t) {
  const metrics = await freePort();
  const { folder, env, url } = await openService(t, (place) => {
    cpSync(join(root, 'examples', 'study-consent.txt'), join(place, 'consent.txt'));
    const options = OPTIONS.replace('consent.txt', join(place, 'consent.txt')).replace('data/', `${place}/`);
    writeFileSync(join(place, 'nearfar.toml'), options);
    return { NEARFAR_CONFIG: join(place, 'nearfar.toml'), NEARFAR_METRICS_LISTEN: `127.0.0.1:${metrics}` };
  });
  const path = `${dirname(serviceProgram())}${delimiter}${process.env.PATH}`;
  const all = { ...process.env, ...env, PATH: path, NEARFAR_PUBLIC_URL: new URL(url).origin };
  const run = (command) => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { cwd: folder, env: all, encoding: 'utf8' });
    assert.equal(status, 0, `${command}: ${stdout}${stderr}`);
    return stdout.trim();
  };
  const browser = await launchChromium({ video: await scenarioVideo('far_to_near') });
  t.after(() => browser.close());
  const open = async (session) => {
    const page = await browser.newPage({ viewport: viewport('portrait') });
    await page.goto(address(session.url, { language: 'en', constraints: wholeVideo('portrait'), config: LONG_STAGES }));
    return page;
  };
  const readMetrics = async () => (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  return { folder, run, open, readMetrics };
}

test('a study with the commands of its guide', async (t) => {
  assert.deepEqual(MORE, []);
  const { folder, run, open, readMetrics } = await openStudy(t);
  const study = join(folder, 'study');
  const page = await open(JSON.parse(run(BONA_FIDE)));
  const attempts = [];
  page.on('request', (request) => request.url().endsWith('/attempts') && attempts.push(request.url()));
  const heading = (name) => page.getByRole('heading', { name });

  await heading('Take part in a study').waitFor();
  await page.getByText('Your choice: taking part is voluntary.').waitFor();
  await page.getByText('Your code is P01.').waitFor();
  assert.deepEqual(attempts, [], 'nothing starts before consent');
  assert.deepEqual(below(study), []);
  // With the keyboard only: the heading has the focus.
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await heading('Quick face check').waitFor();
  // Consent is asked for only once.
  await page.reload();
  await heading('Quick face check').waitFor();
  await page.getByRole('button', { name: 'Start camera' }).click();
  await heading('You’re all set').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 0, 'there is no return address');
  const [first, ...others] = below(join(folder, 'objects'));
  assert.deepEqual([first, others], [undefined, []], 'no file among those of customers');

  const metrics = await readMetrics();
  assert.match(metrics, /^nearfar_study_attempts_judged_total\{code="SUCCESS"\} 1$/m);
  assert.doesNotMatch(metrics, /^nearfar_attempts_judged_total/m, 'not counted as a customer');

  const attack = JSON.parse(run(ATTACK));
  const declined = await open(attack);
  await declined.getByRole('button', { name: 'I don’t agree' }).click();
  await declined.getByRole('heading', { name: 'You’re not taking part' }).waitFor();
  await declined.reload();
  await declined.getByRole('heading', { name: 'You’re not taking part' }).waitFor();

  const listed = run(LIST).split('\n').map(JSON.parse);
  assert.deepEqual(
    listed.map(({ person, consent, captures, code }) => ({ person, consent, captures, code })),
    [
      { person: 'P01', consent: 'agreed', captures: 1, code: 'SUCCESS' },
      { person: 'P01', consent: 'declined', captures: 0, code: null },
    ],
  );
  assert.deepEqual(listed[1].labels, {
    species: 'print',
    instrument: 'A4 matt, inkjet',
    phone: 'Pixel 8',
    light: 'window',
  });

  run('mkdir out');
  const output = run(EXPORT);
  assert.match(output, /^captures: 1, people: 1, in /);
  assert.match(output, /^npm run evaluate -- --bona-fide \S+\/out\/study\/fit\/bona-fide$/m);
  assert.match(output, /^npm run evaluate -- --video 'bona fide=\S+\/out\/study\/fit\/video\/bona-fide'$/m);
  const out = join(folder, 'out', 'study');
  const written = below(out);
  for (const path of ['bona-fide/P01-001-far.jpg', 'bona-fide/P01-001-near.jpg', 'other/P01-001/manifest.json'])
    assert.ok(written.includes(`fit/${path}`), path);
  assert.ok(
    written.some((path) => /^fit\/video\/bona-fide\/P01-001\.(webm|mp4)$/.test(path)),
    String(written),
  );
  const [head, row] = readFileSync(join(out, 'labels.csv'), 'utf8').split('\r\n');
  assert.ok(
    head.startsWith('capture,half,person,') && row.startsWith('P01-001,fit,P01,,bona-fide,,,Pixel 8,window,none,'),
  );

  assert.match(
    run(ERASE),
    /^erased: sessions with labels and consent: 2, captures: 1, files: \d+, videos among them: 1/,
  );
  assert.deepEqual(below(study), []);
  assert.equal(run(LIST), '');
  await page.reload();
  await heading('This link has expired').waitFor();
  assert.equal(run(INTERVAL), '0 of 60: 0.0 % (0.0 to 6.0 %)');
});

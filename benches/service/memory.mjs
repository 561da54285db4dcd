// Measures the service's memory under a steady load: sessions from their creation to their erasure.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { log, UserError } from '../../scripts/cli/run.mjs';
import { accountCommand, dataDirEnv, startService } from '../../scripts/servers/service.mjs';
import { sendAttempt, startAttempt } from '../../tests/testkit/service/attempt.mjs';
import { openSession, post, signIn } from '../../tests/testkit/service/integrator.mjs';
import { pictures } from '../../tests/testkit/service/pictures.mjs';
import { table } from '../lib/report.mjs';
import { round, UNLIMITED } from './measure.mjs';

const SAMPLE_MS = 10_000;
/** The share of the time that is start-up, and not part of the slope. */
const START_UP = 1 / 6;
/** One session in so many is scored by the real scorer; the others belong to a sandbox account. */
const SCORED_EVERY = 50;
/** One session in so many is never used, and expires. */
const UNUSED_EVERY = 4;
const SESSION_SECONDS = 60;
const RESULT_MS = 60_000;
/** Sessions at once. More mean that the service cannot keep up. */
const MAX_RUNNING = 200;
const MINUTE = 60_000;
const COLUMNS = ['seconds', 'rss_kb', 'anon_kb', 'pss_kb', 'sessions'];

const pause = (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds));

/** The memory of a process, kB: resident, anonymous, and its proportional share of shared pages. */
function memory(pid) {
  const value = (file, key) => Number(readFileSync(`/proc/${pid}/${file}`, 'utf8').match(`${key}:\\s+(\\d+) kB`)[1]);
  return [value('status', 'VmRSS'), value('status', 'RssAnon'), value('smaps_rollup', '\nPss')];
}

/**
 * The slope of the least-squares line.
 * @param {[number, number][]} points
 */
export function slope(points) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [middle, level] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))];
  const squares = points.reduce((sum, [x]) => sum + (x - middle) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - middle) * (y - level), 0) / squares;
}

/**
 * Summarises a series of samples.
 * @param {number[][]} samples rows of `COLUMNS`
 * @returns memory at the end of the start-up, in the middle and at the end, kB, and its slope from there, kB an hour
 */
export function summarize(samples) {
  const end = samples.at(-1)[0];
  const after = samples.filter(([seconds]) => seconds >= end * START_UP);
  const at = (share) => samples.find(([seconds]) => seconds >= end * share);
  const figures = {};
  for (const [name, column] of [
    ['rss', 1],
    ['anon', 2],
    ['pss', 3],
  ]) {
    const perSecond = slope(after.map((sample) => [sample[0], sample[column]]));
    const [started, middle, last] = [at(START_UP), at(0.5), samples.at(-1)].map((sample) => sample[column]);
    figures[name] = { started, middle, last, slope_kb_per_hour: Math.round(perSecond * 3600) };
  }
  return { seconds: end, start_up_seconds: Math.round(end * START_UP), sessions: samples.at(-1)[4], ...figures };
}

/** One session: attempt, upload, result, erasure. */
async function useSession(url, access, files) {
  const session = await openSession(url, access);
  const attempt = await startAttempt(url, session, files);
  const { code } = await sendAttempt(url, session.headers, attempt, files);
  if (code !== 'SUCCESS') throw new UserError(`an upload was answered with ${code}`);
  const deadline = performance.now() + RESULT_MS;
  for (;;) {
    const response = await fetch(`${url}h5/api/v1/status?wait=10`, { headers: session.headers });
    const { data } = await response.json();
    if (data?.result) break;
    if (performance.now() > deadline) throw new UserError('a result takes too long');
    await pause(200);
  }
  const { imageFar } = await post(`${url}openapi/liveness/v4/h5/get-result`, access, {
    signatureId: session.signatureId,
  });
  if (!imageFar) throw new UserError('a result has no picture');
  const erased = await fetch(`${url}liveness/h5/ext/v1/clear-data?signatureId=${session.signatureId}`, {
    headers: access,
  });
  if ((await erased.json()).code !== 'SUCCESS') throw new UserError('a session was not erased');
}

/**
 * Measures memory on SQLite.
 * @param {{minutes: number, rate: number, series?: string}} options `rate`: sessions begun a second; `series`: a file for
 *   the samples, as CSV
 */
export async function measureMemory({ minutes, rate, series }) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-memory-'));
  const env = {
    ...dataDirEnv(folder),
    ...UNLIMITED,
    NEARFAR_SCORERS: '1',
    NEARFAR_SESSION_SECONDS: String(SESSION_SECONDS),
  };
  let service;
  try {
    const accounts = [
      ['add', 'scored'],
      ['add', 'sandbox', '--sandbox'],
    ].map((args) => accountCommand(args, env)[0]);
    service = await startService({ port: 0, env });
    const files = await pictures();
    const begin = performance.now();
    let [begun, done, error] = [0, 0, undefined];
    const access = async () => Promise.all(accounts.map((keys) => signIn(service.url, keys)));
    let tokens = await access();
    const one = async (number) => {
      const [scored, sandbox] = tokens;
      if (number % UNUSED_EVERY === 1) await openSession(service.url, sandbox);
      else await useSession(service.url, number % SCORED_EVERY === 0 ? scored : sandbox, files);
      done++;
    };
    const samples = [];
    if (series) writeFileSync(series, `${COLUMNS.join(',')}\n`);
    const end = minutes * MINUTE;
    let [nextSample, nextToken, nextLog] = [0, 10 * MINUTE, MINUTE];
    while (error === undefined) {
      const now = performance.now() - begin;
      if (now >= nextSample) {
        const sample = [Math.round(now / 1000), ...memory(service.pid), done];
        samples.push(sample);
        if (series) appendFileSync(series, `${sample.join(',')}\n`);
        nextSample += SAMPLE_MS;
      }
      if (now >= end) break;
      if (now >= nextLog) {
        log(
          `${Math.round(now / MINUTE)} of ${minutes} minutes, ${done} sessions, ${round(samples.at(-1)[1] / 1024)} MB`,
        );
        nextLog += MINUTE;
      }
      if (now >= nextToken) {
        tokens = await access();
        nextToken += 10 * MINUTE;
      }
      if (begun < (now * rate) / 1000) {
        if (begun - done > MAX_RUNNING) throw new UserError('the service cannot keep up: reduce --rate');
        one(begun++).catch((failed) => {
          error = failed;
        });
      } else await pause(500 / rate);
    }
    if (error !== undefined) throw error;
    return { rate, ...summarize(samples) };
  } finally {
    await service?.close();
    rmSync(folder, { recursive: true });
  }
}

export function reportMemory({ rate, seconds, start_up_seconds, sessions, ...kinds }) {
  const rows = [
    ['resident', kinds.rss],
    ['anonymous', kinds.anon],
    ['proportional share', kinds.pss],
  ].map(([name, { started, middle, last, slope_kb_per_hour }]) => [
    name,
    ...[started, middle, last].map((kilobytes) => round(kilobytes / 1024)),
    slope_kb_per_hour,
  ]);
  const minutes = (time) => round(time / 60);
  const title = `The service's memory in ${minutes(seconds)} minutes, ${rate} sessions a second, ${sessions} in all`;
  const columns = ['MB', 'start', 'middle', 'end', 'slope, kB an hour'];
  return `${table(title, columns, rows)}\n  start: after ${minutes(start_up_seconds)} minutes; the slope is from there`;
}

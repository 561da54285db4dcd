// Compares two programs of the service on SQLite. Both run at once, and are measured in turn: other work on the machine
// then slows both.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { log, UserError } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { accountCommand, dataDirEnv, startService } from '../../scripts/servers/service.mjs';
import { signIn, TOKEN_REQUEST } from '../../tests/testkit/service/integrator.mjs';
import { table } from '../lib/report.mjs';
import { percentile } from '../page/statistics.js';
import {
  peakMemory,
  prepareUploads,
  round,
  SESSION_CONNECTIONS,
  scoredCount,
  UNLIMITED,
  UPLOAD_CONNECTIONS,
  wrk,
} from './measure.mjs';

const NAMES = ['other', 'this'];

const median = (values) => percentile(values, 0.5);

/**
 * The median rates of both, the median of each round's ratio, and the least and the greatest ratio.
 * @param {number[][]} rates of each program, one for each round
 */
export function compareRates([other, own]) {
  const ratios = own.map((rate, index) => rate / other[index]);
  return {
    other: round(median(other)),
    this: round(median(own)),
    ratio: round(median(ratios), 2),
    least: round(Math.min(...ratios), 2),
    greatest: round(Math.max(...ratios), 2),
  };
}

/** Runs a measurement for each program in turn, beginning with the other one in every second round. */
async function inTurn(name, rounds, programs, measureOne) {
  const rates = programs.map(() => []);
  for (let index = 0; index < rounds; index++) {
    log(`${name}, round ${index + 1} of ${rounds}`);
    const order = index % 2 === 0 ? [0, 1] : [1, 0];
    for (const program of order) rates[program].push(await measureOne(programs[program], index));
  }
  return compareRates(rates);
}

/** Starts a program of the service, which the helpers of the tests take from the environment. */
async function start({ path, env }, more) {
  process.env.TEST_SERVICE = path;
  return await startService({ port: 0, env: { ...env, ...more } });
}

/** How many attempts a program scores in a second, with one scorer for each core. */
async function scoringRate(program, seconds) {
  const metrics = await freePort(0);
  const service = await start(program, {
    NEARFAR_SCORERS: String(availableParallelism()),
    NEARFAR_METRICS_LISTEN: `127.0.0.1:${metrics}`,
  });
  try {
    const [begin, before] = [performance.now(), await scoredCount(metrics)];
    await new Promise((wake) => setTimeout(wake, seconds * 1000));
    const done = await scoredCount(metrics);
    program.scored += done;
    if (program.scored >= program.received) throw new UserError('all attempts were scored before the time was over');
    return ((done - before) * 1000) / (performance.now() - begin);
  } finally {
    await service.close();
  }
}

/**
 * Measures two programs.
 * @param {{programs: string[], attempts: number, rounds: number, seconds: number}} options `programs`: the paths, first
 *   the one to compare with; `attempts`: to upload to each, in all rounds together
 * @returns for sessions, uploads and scored attempts the rates a second and their ratio; the peak memory of both, MB
 */
export async function compare({ programs: paths, attempts, rounds, seconds }) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-load-'));
  const programs = paths.map((path, index) => {
    const own = join(folder, NAMES[index]);
    mkdirSync(own);
    return { path, folder: own, env: { ...dataDirEnv(own), ...UNLIMITED }, received: 0, scored: 0 };
  });
  try {
    for (const program of programs) {
      process.env.TEST_SERVICE = program.path;
      [program.keys] = accountCommand(['add', 'load'], program.env);
      program.service = await start(program, { NEARFAR_SCORERS: '0' });
      program.access = await signIn(program.service.url, program.keys);
    }
    const sessions = await inTurn('sessions', rounds, programs, ({ service, access }) => {
      const load = { connections: SESSION_CONNECTIONS, seconds };
      const token = access['X-ACCESS-TOKEN'];
      return wrk(service, 'sessions.lua', load, [token, JSON.stringify(TOKEN_REQUEST)]).per_second;
    });
    log('sealing the uploads');
    for (const program of programs) {
      program.uploads = [];
      for (let index = 0; index < rounds; index++) {
        const own = join(program.folder, `uploads-${index}`);
        mkdirSync(own);
        const count = Math.ceil(attempts / rounds);
        const { wrkArguments } = await prepareUploads(program.service, program.access, count, own);
        program.uploads.push(wrkArguments);
      }
    }
    const uploads = await inTurn('uploads', rounds, programs, (program, index) => {
      const load = { connections: UPLOAD_CONNECTIONS, seconds };
      const { per_second, requests } = wrk(program.service, 'uploads.lua', load, program.uploads[index]);
      program.received += requests;
      return per_second;
    });
    const memory = programs.map(({ service }) => peakMemory(service.pid));
    for (const { service } of programs) await service.close();
    const scored = await inTurn('scoring', rounds, programs, (program) => scoringRate(program, seconds));
    return { sessions, uploads, scored, memory_mb: { other: memory[0], this: memory[1] } };
  } finally {
    for (const { service } of programs) await service?.close();
    rmSync(folder, { recursive: true });
  }
}

export function reportComparison({ sessions, uploads, scored, memory_mb }) {
  const rows = Object.entries({ sessions, uploads, scored }).map(
    ([name, { other, this: own, ratio, least, greatest }]) => [
      `sqlite: ${name} a second`,
      other,
      own,
      ratio,
      least,
      greatest,
    ],
  );
  const memory = [
    'sqlite: peak memory, MB',
    memory_mb.other,
    memory_mb.this,
    round(memory_mb.this / memory_mb.other, 2),
  ];
  const columns = ['', 'other', 'this', 'ratio', 'least', 'greatest'];
  return table('Two programs of the service under load', columns, [...rows, [...memory, '', '']]);
}

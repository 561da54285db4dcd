// Measures the service under load on one database: sessions, then uploads, then scoring the uploads.

import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { log, output, UserError } from '../../scripts/cli/run.mjs';
import { freePort } from '../../scripts/servers/port.mjs';
import { accountCommand, startService } from '../../scripts/servers/service.mjs';
import { sealAttempt, startAttempt } from '../../tests/testkit/service/attempt.mjs';
import { openSession, post, signIn, TOKEN_REQUEST } from '../../tests/testkit/service/integrator.mjs';
import { pictures } from '../../tests/testkit/service/pictures.mjs';

const SECONDS = 10;
export const SESSION_CONNECTIONS = 32;
export const UPLOAD_CONNECTIONS = 8;
/** The attempt whose result is checked. Not the first: wrk calls the script once before it starts, without sending. */
const SAMPLE = 10;
/** The service's own default. */
const PASS = 50;

/** No rate limits, and a queue for all attempts at once. */
export const UNLIMITED = {
  NEARFAR_ACCOUNT_RATE: '1000000',
  NEARFAR_SESSION_RATE: '1000000',
  NEARFAR_SCORING_QUEUE: '1000000',
  NEARFAR_LOG: 'warn',
};

export const round = (number, digits = 1) => Number(number.toFixed(digits));

/** The peak memory of the process, MB. */
export function peakMemory(pid) {
  const [, kilobytes] = readFileSync(`/proc/${pid}/status`, 'utf8').match(/^VmHWM:\s+(\d+) kB$/m);
  return Math.round(Number(kilobytes) / 1024);
}

/** Runs wrk with a script of this folder and returns its figures. Every response must be a SUCCESS. */
export function wrk(service, script, { connections, seconds }, args) {
  const options = [
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '--timeout',
    '60s',
    '-s',
    join(import.meta.dirname, script),
  ];
  const env = { ...process.env, NEARFAR_WRK_REPORT: join(import.meta.dirname, 'report.lua') };
  const printed = output('wrk', [...options, service.url, '--', ...args], { env });
  if (printed === null) throw new UserError(`wrk ${script} failed`);
  const { seconds: took, requests, failed, lost, spent, p50_ms, p99_ms } = JSON.parse(printed.split('\n').at(-1));
  // The last attempt is then sent again and again, which fails.
  if (spent) throw new UserError(`${script}: too few attempts for ${seconds} s; increase --attempts`);
  if (failed > 0 || lost > 0)
    throw new UserError(`${script}: of ${requests} requests ${failed} failed and ${lost} were lost`);
  return { per_second: round(requests / took), p50_ms: round(p50_ms), p99_ms: round(p99_ms), requests };
}

/**
 * Starts `count` attempts in separate sessions and writes the files that `uploads.lua` reads. `sample`: one of the
 * sessions
 */
export async function prepareUploads(service, access, count, folder) {
  const files = await pictures();
  // Each is sealed separately, and all together do not fit into memory.
  const bodies = join(folder, 'bodies.bin');
  const file = openSync(bodies, 'w');
  const lines = [];
  let [sample, offset] = [undefined, 0];
  while (lines.length < count) {
    const session = await openSession(service.url, access);
    if (lines.length === SAMPLE) sample = session.signatureId;
    const attempt = await startAttempt(service.url, session, files);
    const body = sealAttempt(attempt, files);
    writeFileSync(file, body);
    const token = session.headers.Authorization.slice('Bearer '.length);
    lines.push([attempt.id, token, offset, body.length].join('\t'));
    offset += body.length;
  }
  closeSync(file);
  const list = join(folder, 'attempts.tsv');
  writeFileSync(list, `${lines.join('\n')}\n`);
  return { sample, wrkArguments: [list, bodies] };
}

/** How many attempts the service has scored since it started. */
export async function scoredCount(metrics) {
  const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  const counts = [...text.matchAll(/^nearfar_attempts_judged_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}

/** Runs `body` with a service and adds the service's peak memory to its figures. */
export async function withService(env, body) {
  const service = await startService({ port: 0, env });
  try {
    return { ...(await body(service)), memory_mb: peakMemory(service.pid) };
  } finally {
    await service.close();
  }
}

/**
 * Measures the built service.
 * @param {{folder: string, env: object, attempts: number}} options `folder`: for files; `env`: the service's options;
 *   `attempts`: how many to upload, each with two pictures of at least 300 kB
 * @returns rates a second, latencies in ms as the client sees them, memory in MB
 */
export async function measure({ folder, env, attempts }) {
  const options = { ...env, ...UNLIMITED };
  const [keys] = accountCommand(['add', 'load'], options);
  const quiet = { ...options, NEARFAR_SCORERS: '0' };
  log('sessions');
  const sessions = await withService(quiet, async (service) => {
    const token = (await signIn(service.url, keys))['X-ACCESS-TOKEN'];
    const load = { connections: SESSION_CONNECTIONS, seconds: SECONDS };
    return wrk(service, 'sessions.lua', load, [token, JSON.stringify(TOKEN_REQUEST)]);
  });
  let sample;
  log('uploads');
  const uploads = await withService(quiet, async (service) => {
    const prepared = await prepareUploads(service, await signIn(service.url, keys), attempts, folder);
    sample = prepared.sample;
    return wrk(service, 'uploads.lua', { connections: UPLOAD_CONNECTIONS, seconds: SECONDS }, prepared.wrkArguments);
  });
  log('scoring');
  const metrics = await freePort(0);
  const scorers = String(availableParallelism());
  const busy = { ...options, NEARFAR_SCORERS: scorers, NEARFAR_METRICS_LISTEN: `127.0.0.1:${metrics}` };
  const scored = await withService(busy, async (service) => {
    const [start, before] = [performance.now(), await scoredCount(metrics)];
    await new Promise((wake) => setTimeout(wake, SECONDS * 1000));
    const done = await scoredCount(metrics);
    if (done >= uploads.requests) throw new UserError('all attempts were scored before the time was over');
    const result = await post(`${service.url}openapi/liveness/v4/h5/get-result`, await signIn(service.url, keys), {
      signatureId: sample,
    });
    if (!(result.score >= PASS)) throw new UserError(`an early check refused the pictures: score ${result.score}`);
    return { per_second: round(((done - before) * 1000) / (performance.now() - start)), scorers: Number(scorers) };
  });
  return { sessions, uploads, scored };
}

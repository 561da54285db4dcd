// npm run load: measures the service under load with wrk, on SQLite and PostgreSQL. See its --help.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildService, serviceProgram } from '../../scripts/build/service.mjs';
import { readArguments, wholeNumber } from '../../scripts/cli/command.mjs';
import { main, output, run, UserError } from '../../scripts/cli/run.mjs';
import { dataDirEnv } from '../../scripts/servers/service.mjs';
import { aptInstall, canApt } from '../../scripts/setup/apt.mjs';
import { installNpmPackages } from '../../scripts/setup/npm-packages.mjs';
import { ensurePostgres } from '../../scripts/setup/postgres.mjs';
import { writeDocs } from '../lib/docs.mjs';
import { formatMachine, machine } from '../lib/machine.mjs';
import { table } from '../lib/report.mjs';
import { compare, reportComparison } from './compare.mjs';
import { measure } from './measure.mjs';
import { measureMemory, reportMemory } from './memory.mjs';
import { measureWebhooks } from './webhooks.mjs';

const DATABASES = ['sqlite', 'postgres'];
const COMMAND = {
  name: 'npm run load',
  summary: 'Measures the service under load with wrk: sessions, uploads and scored attempts a second, or its memory.',
  options: {
    docs: { help: 'Writes the figures to docs/PERFORMANCE.md' },
    json: { value: 'FILE', help: 'Writes the figures as JSON' },
    webhooks: { help: 'Measures sessions that expire, without webhooks and with a receiver that hangs, instead' },
    attempts: { value: 'N', help: 'How many attempts to upload', default: '6000' },
    against: { value: 'PROGRAM', help: 'Compares with another nearfar-server, both in turn, on SQLite: the ratios' },
    rounds: { value: 'N', help: 'With --against: how often each is measured', default: '3' },
    seconds: { value: 'N', help: 'With --against: how long each measurement takes', default: '4' },
    minutes: { value: 'N', help: 'Measures the memory under a steady load on SQLite for N minutes instead' },
    rate: { value: 'N', help: 'With --minutes: sessions a second', default: '5' },
    series: { value: 'FILE', help: 'With --minutes: writes the memory every 10 s as CSV' },
    only: { value: 'DATABASE', help: 'Measures one: sqlite, or the postgres of PGHOST, PGPORT and so on' },
  },
};

function readOptions() {
  const { values } = readArguments(COMMAND);
  const { only } = values;
  if (only !== undefined && !DATABASES.includes(only)) throw new UserError(`--only must be ${DATABASES.join(' or ')}`);
  const names = ['attempts', 'rounds', 'seconds', 'rate', 'minutes'].filter((name) => values[name] !== undefined);
  const numbers = names.map((name) => [name, wholeNumber(name, values[name], { least: 1 })]);
  return { ...values, ...Object.fromEntries(numbers) };
}

function postgresUrl() {
  const { PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE } = process.env;
  const host = encodeURIComponent(PGHOST ?? 'localhost');
  return `postgres://${PGUSER}:${PGPASSWORD ?? ''}@localhost:${PGPORT ?? 5432}/${PGDATABASE}?host=${host}`;
}

async function measureOne(database, { attempts, webhooks }) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-load-'));
  try {
    const env = dataDirEnv(folder);
    if (database === 'postgres') env.NEARFAR_DATABASE_URL = postgresUrl();
    return webhooks ? await measureWebhooks({ env }) : await measure({ folder, env, attempts });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs this command again with its own PostgreSQL, which ends with it. Writes are synced, as in production. */
async function measureOnPostgres({ attempts, webhooks }) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-load-'));
  try {
    const json = join(folder, 'figures.json');
    const self = [process.execPath, import.meta.filename, '--only', 'postgres'];
    const options = ['--attempts', String(attempts), '--json', json, ...(webhooks ? ['--webhooks'] : [])];
    await run('pg_virtualenv', ['-o', 'fsync=on', ...self, ...options]);
    return JSON.parse(readFileSync(json, 'utf8')).postgres;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function report(figures) {
  const rows = Object.entries(figures).flatMap(([database, { sessions, uploads, scored }]) => [
    [`${database}: sessions`, sessions.per_second, sessions.p50_ms, sessions.p99_ms, sessions.memory_mb],
    [`${database}: uploads`, uploads.per_second, uploads.p50_ms, uploads.p99_ms, uploads.memory_mb],
    [`${database}: scored`, scored.per_second, '', '', scored.memory_mb],
  ]);
  return table('The service under load', ['', 'a second', 'p50 ms', 'p99 ms', 'peak memory MB'], rows);
}

function reportWebhooks(figures) {
  const ratio = (one, other) => (one / other).toFixed(2);
  const rows = Object.entries(figures).flatMap(([database, { off, on, events }]) => [
    [`${database}: without`, off.per_second, off.p50_ms, off.p99_ms, '', ''],
    [`${database}: with`, on.per_second, on.p50_ms, on.p99_ms, events.per_second, events.drain_seconds],
    [
      `${database}: ratio`,
      ratio(on.per_second, off.per_second),
      ratio(on.p50_ms, off.p50_ms),
      ratio(on.p99_ms, off.p99_ms),
      '',
      '',
    ],
  ]);
  const columns = ['', 'sessions a second', 'p50 ms', 'p99 ms', 'events a second', 'rest after, s'];
  return table('Sessions created while others expire, without and with webhooks', columns, rows);
}

await main(async () => {
  const options = readOptions();
  const { against, docs, json, minutes, only, webhooks } = options;
  if ((webhooks || against) && docs) throw new UserError('--docs writes no figures of --webhooks and --against');
  if (against && (webhooks || only)) throw new UserError('--against takes neither --webhooks nor --only');
  if (minutes && (against || docs || webhooks || only))
    throw new UserError('--minutes takes only --rate, --series and --json');
  await installNpmPackages();
  if (!minutes && output('which', ['wrk']) === null) {
    if (!canApt()) throw new UserError('wrk is missing: on Debian, apt-get install wrk');
    await aptInstall(['wrk']);
  }
  // The optimised build of deployments, not the quickly compiled one of `npm start`.
  await buildService('service');
  process.env.TEST_SERVICE ??= serviceProgram('service');
  const facts = machine();
  if (minutes) {
    const measured = await measureMemory(options);
    if (json) writeFileSync(resolve(json), `${JSON.stringify({ machine: facts, memory: measured }, null, 2)}\n`);
    console.log(reportMemory(measured));
    return;
  }
  if (against) {
    const compared = await compare({ ...options, programs: [resolve(against), process.env.TEST_SERVICE] });
    if (json) writeFileSync(resolve(json), `${JSON.stringify({ machine: facts, ...compared }, null, 2)}\n`);
    console.log(reportComparison(compared));
    return;
  }
  const figures = {};
  if (only !== 'postgres') figures.sqlite = await measureOne('sqlite', options);
  if (only === 'postgres') figures.postgres = await measureOne('postgres', options);
  else if (!only && (await ensurePostgres())) figures.postgres = await measureOnPostgres(options);
  if (json) writeFileSync(resolve(json), `${JSON.stringify({ machine: facts, ...figures }, null, 2)}\n`);
  if (only) return;
  console.log(webhooks ? reportWebhooks(figures) : report(figures));
  const { where, load } = formatMachine(facts);
  if (docs) writeDocs('load', `${where}. ${load}.`, report(figures));
});

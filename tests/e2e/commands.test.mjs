// The npm commands in a terminal: --help and errors, in a clone without npm packages.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fillMissingBuilds } from '../../scripts/build/engine.mjs';
import { cargoOutput } from '../../scripts/cli/cargo.mjs';
import { help, readArguments, wholeNumber } from '../../scripts/cli/command.mjs';
import { progress } from '../../scripts/cli/progress.mjs';
import { root, UserError } from '../../scripts/cli/run.mjs';
import { temporaryFolder } from '../testkit/service/service.mjs';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Commands that only start a program of the workspace, which has its own --help. */
const isProgram = (command) => /^node scripts\/(program|service-command)\.mjs/.test(command);

/** Copies the files of a new clone, without installed packages. */
function newClone(t) {
  const folder = temporaryFolder(t);
  const { stdout } = spawnSync('git', ['ls-files', '-z', '*.mjs', '*.js', '*.json'], { cwd: root, encoding: 'utf8' });
  const files = stdout.split('\0').filter((file) => file !== '');
  assert.ok(files.includes('package.json'));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

test('every command has --help and reports an unknown option in one line, before any set-up', async (t) => {
  const folder = newClone(t);
  const commands = Object.entries(scripts).filter(([, command]) => !isProgram(command));
  assert.ok(commands.length > 10);
  for (const [name, command] of [...commands, ['examples/capture.mjs', 'node examples/capture.mjs']]) {
    await t.test(name, () => {
      const [node, ...commandArgs] = command.split(' ');
      assert.equal(node, 'node');
      const run = (...args) =>
        spawnSync(process.execPath, [...commandArgs, ...args], { cwd: folder, encoding: 'utf8' });
      const helped = run('--help');
      assert.deepEqual([helped.status, helped.stderr], [0, '']);
      assert.match(helped.stdout, new RegExp(`^Usage: \\w.*${name}`, 'm'));
      for (const wrong of [['--no-such-option'], ['--docs=what'], ['--', '--help', '--out']]) {
        // Arguments after -- are names of scenarios.
        if (name === 'scenarios' && wrong[0] === '--') continue;
        const refused = run(...wrong);
        assert.equal(refused.status, 1, `${wrong}: ${refused.stdout}`);
        assert.equal(refused.stdout, '');
        assert.match(refused.stderr, /^\[nearfar\] .* Usage: .*\n$/, 'one line, no stack trace');
      }
    });
  }
});

test('commands that start a program of the workspace name existing ones', () => {
  const started = Object.values(scripts).flatMap((command) => command.match(/program\.mjs (\S+)/)?.[1] ?? []);
  assert.ok(started.length > 2);
  const { status, stderr } = spawnSync(process.execPath, ['scripts/program.mjs'], { cwd: root, encoding: 'utf8' });
  assert.equal(status, 1);
  const known = stderr.match(/program\.mjs (\S+) /)[1].split('|');
  assert.deepEqual(started.sort(), known.sort());
  const packages = JSON.parse(
    spawnSync('cargo', ['metadata', '--no-deps', '--format-version=1', '--offline'], { cwd: root, encoding: 'utf8' })
      .stdout,
  ).packages;
  const targets = packages.flatMap(({ targets }) => targets.map(({ name }) => name));
  const source = readFileSync(join(root, 'scripts', 'program.mjs'), 'utf8');
  const named = [...source.matchAll(/'--(?:bin|example)', '(\w+)'/g)].map(([, name]) => name);
  assert.equal(named.length, known.length);
  for (const name of named) assert.ok(targets.includes(name), name);
});

const COMMAND = {
  name: 'npm run example',
  summary: 'Does something.',
  options: {
    out: { value: 'DIR', help: 'Where to', required: true },
    rounds: { value: 'N', help: 'How often', default: '3' },
    quick: { help: 'Sooner' },
  },
};

test('a command line is parsed, with defaults', () => {
  const { values } = readArguments(COMMAND, ['--out', 'x', '--quick']);
  assert.deepEqual({ ...values }, { out: 'x', rounds: '3', quick: true });
  assert.match(help(COMMAND), /^Usage: npm run example -- --out DIR \[--rounds N\] \[--quick\]$/m);
  assert.match(help(COMMAND), /How often \[default: 3\]/);
});

test('missing options, missing values and values out of range are errors', () => {
  assert.throws(() => readArguments(COMMAND, []), { constructor: UserError, message: /^missing: --out\. Usage: / });
  assert.throws(() => readArguments(COMMAND, ['--out']), { constructor: UserError, message: /--out/ });
  assert.throws(() => readArguments(COMMAND, ['--out=x', '--quick=1']), { constructor: UserError, message: /--quick/ });
  for (const text of ['0', '7', '1.5', 'x', '', ' '])
    assert.throws(() => wholeNumber('rounds', text, { least: 1, most: 6 }), {
      constructor: UserError,
      message: `--rounds must be a whole number from 1 to 6, not "${text}"`,
    });
  assert.equal(wholeNumber('rounds', '6', { least: 1, most: 6 }), 6);
});

/** A clock that the test controls, and the recorded stderr: lines of a log, writes to a terminal. */
function mockStderr(t, { terminal }) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  t.mock.method(performance, 'now', () => now);
  const before = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY');
  Object.defineProperty(process.stderr, 'isTTY', { value: terminal, configurable: true });
  t.after(() => {
    if (before) Object.defineProperty(process.stderr, 'isTTY', before);
    else delete process.stderr.isTTY;
  });
  const logged = t.mock.method(console, 'error', () => undefined);
  const written = t.mock.method(process.stderr, 'write', () => true);
  const firstArguments = ({ mock }) => mock.calls.map(({ arguments: [text] }) => text);
  return {
    advance(ms) {
      now += ms;
      t.mock.timers.tick(ms);
    },
    logged: () => firstArguments(logged),
    written: () => firstArguments(written),
  };
}

test('the baseline build of the engine stands in for missing builds', () => {
  assert.deepEqual(fillMissingBuilds({ scalar: 'a' }), { relaxed: 'a', simd: 'a', scalar: 'a' });
  assert.deepEqual(fillMissingBuilds({ simd: 'b', scalar: 'a' }), { relaxed: 'a', simd: 'b', scalar: 'a' });
});

test('in a log, running steps report their progress at intervals, and each its duration at the end', async (t) => {
  const { advance, logged, written } = mockStderr(t, { terminal: false });
  let finish;
  const compiling = progress('compiling', (units) => {
    units('3/40');
    return new Promise((done) => (finish = done));
  });
  let fetched;
  const fetching = progress('fetching', new Promise((done) => (fetched = done)));
  advance(15_000);
  assert.deepEqual(logged(), ['[nearfar] still compiling 3/40 15 s, fetching 15 s']);
  finish('done');
  assert.equal(await compiling, 'done');
  advance(15_000);
  assert.deepEqual(logged().slice(1), ['[nearfar] 15 s for compiling', '[nearfar] still fetching 30 s']);
  assert.deepEqual(written(), []);
  fetched();
  await fetching;
});

test('on a terminal one line is updated, and cleared before other output', async (t) => {
  const { advance, logged, written } = mockStderr(t, { terminal: true });
  let finish;
  const work = progress('compiling', () => new Promise((done) => (finish = done)));
  advance(500);
  assert.equal(written().length, 2);
  assert.match(written()[1], /^\r\[nearfar\] .*compiling 1 s/);
  finish();
  await work;
  const lines = written();
  assert.equal(lines.at(-1), '\r\x1b[K');
  advance(1000);
  assert.deepEqual(written(), lines);
  assert.deepEqual(logged(), []);
});

test("cargo's output is reduced to warnings, errors and the number of units", () => {
  const units = [];
  const lines = [];
  const take = cargoOutput({ units: (text) => units.push(text), print: (line) => lines.push(line) });
  take('    Blocking waiting for file lock on package cache\n');
  take('   Compiling serde v1.0.229\n    Building [=>      ] 1/2: ser');
  take('de      \r    Building [======> ] 2/2: app(bin)   \rwarning: unused variable: `x`\n');
  take('       Fetch [=>      ] 12 complete; 3 pending    \r');
  take(' Downloading 3 crates, remaining bytes: 1.2MB\r  Downloaded serde v1.0.229\n');
  take(' --> src/main.rs:1:15\n    Finished `dev` profile [unoptimized] target(s) in 1.1s\n');
  assert.deepEqual(units, ['waiting for another cargo', '1/2', '2/2', '12 complete; 3 pending']);
  assert.deepEqual(lines, ['warning: unused variable: `x`', ' --> src/main.rs:1:15']);
});

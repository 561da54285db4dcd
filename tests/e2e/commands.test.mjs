// The npm commands at a terminal: --help, and what they say to what they do not take, in a clone without any package.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { help, readArguments, wholeNumber } from '../../scripts/lib/command.mjs';
import { progress, root, Stop } from '../../scripts/lib/run.mjs';
import { temporary } from './lib/service.mjs';

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
/** Those that only start a program of the workspace: its --help is its own. */
const isProgram = (command) => /^node scripts\/(program|account)\.mjs/.test(command);

/** The files of a new clone, without what the set-up brings. */
function newClone(t) {
  const folder = temporary(t);
  const { stdout } = spawnSync('git', ['ls-files', '-z', '*.mjs', '*.js', '*.json'], { cwd: root, encoding: 'utf8' });
  const files = stdout.split('\0').filter((file) => file !== '');
  assert.ok(files.includes('package.json'));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

test('every command has --help and refuses what it does not know in a line, before any set-up', async (t) => {
  const folder = newClone(t);
  const commands = Object.entries(scripts).filter(([, command]) => !isProgram(command));
  assert.ok(commands.length > 10);
  for (const [name, command] of [...commands, ['examples/capture.mjs', 'node examples/capture.mjs']]) {
    await t.test(name, () => {
      const [node, ...words] = command.split(' ');
      assert.equal(node, 'node');
      const run = (...args) => spawnSync(process.execPath, [...words, ...args], { cwd: folder, encoding: 'utf8' });
      const helped = run('--help');
      assert.deepEqual([helped.status, helped.stderr], [0, '']);
      assert.match(helped.stdout, new RegExp(`^Usage: \\w.*${name}`, 'm'));
      for (const wrong of [['--no-such-option'], ['--docs=what'], ['--', '--help', '--out']]) {
        // Names of stories may follow as they are.
        if (name === 'stories' && wrong[0] === '--') continue;
        const refused = run(...wrong);
        assert.equal(refused.status, 1, `${wrong}: ${refused.stdout}`);
        assert.equal(refused.stdout, '');
        assert.match(refused.stderr, /^\[nearfar\] .* Usage: .*\n$/, 'one line, no stack trace');
      }
    });
  }
});

test('a command that starts a program of the workspace names one that is there', () => {
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

test('a command line is read, with defaults', () => {
  const { values } = readArguments(COMMAND, ['--out', 'x', '--quick']);
  assert.deepEqual({ ...values }, { out: 'x', rounds: '3', quick: true });
  assert.match(help(COMMAND), /^Usage: npm run example -- --out DIR \[--rounds N\] \[--quick\]$/m);
  assert.match(help(COMMAND), /How often \[default: 3\]/);
});

test('what is missing, without its value or out of range is said', () => {
  assert.throws(() => readArguments(COMMAND, []), { constructor: Stop, message: /^missing: --out\. Usage: / });
  assert.throws(() => readArguments(COMMAND, ['--out']), { constructor: Stop, message: /--out/ });
  assert.throws(() => readArguments(COMMAND, ['--out=x', '--quick=1']), { constructor: Stop, message: /--quick/ });
  for (const text of ['0', '7', '1.5', 'x', '', ' '])
    assert.throws(() => wholeNumber('rounds', text, { least: 1, most: 6 }), {
      constructor: Stop,
      message: `--rounds should be a whole number from 1 to 6, not "${text}"`,
    });
  assert.equal(wholeNumber('rounds', '6', { least: 1, most: 6 }), 6);
});

test('a step that prints nothing by itself says now and then that it goes on', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const said = t.mock.method(console, 'error', () => undefined);
  let finish;
  const work = progress('compiling', new Promise((done) => (finish = done)));
  t.mock.timers.tick(30_000);
  assert.deepEqual(
    said.mock.calls.map(({ arguments: [line] }) => line),
    ['[nearfar] still compiling: 15 s', '[nearfar] still compiling: 30 s'],
  );
  finish('done');
  assert.equal(await work, 'done');
  t.mock.timers.tick(60_000);
  assert.equal(said.mock.callCount(), 2);
});

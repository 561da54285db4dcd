// Documents and comments name only paths that exist. rumdl checks the links and anchors of Markdown (.rumdl.toml).

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

/** The output of a git command with `-z`, as paths. */
function git(args, options = {}) {
  const text = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26, ...options });
  return text.split('\0').filter((path) => path !== '');
}

const listed = git(['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
const files = listed.filter((path) => existsSync(join(root, path)));
const folders = new Set(files.flatMap((path) => parents(path)));
const top = new Set([...folders].filter((folder) => !folder.includes('/')));
const documents = files.filter((path) => path.endsWith('.md'));

const text = (path) => readFileSync(join(root, path), 'utf8');

function parents(path) {
  const folder = dirname(path);
  return folder === '.' ? [] : [folder, ...parents(folder)];
}

/** `a/{b,c}` as `a/b` and `a/c`. */
function alternatives(path) {
  const [, before, inside, after] = /^(.*?)\{([^{}]*,[^{}]*)\}(.*)$/.exec(path) ?? [];
  if (inside === undefined) return [path];
  return inside.split(',').flatMap((name) => alternatives(`${before}${name.trim()}${after}`));
}

/** The paths that git ignores, as files or as folders: builds and downloads. */
function ignored(paths) {
  if (paths.length === 0) return new Set();
  // git exits with 1 when it ignores none.
  const script = 'git check-ignore --no-index -z --stdin || test $? -eq 1';
  const input = paths.flatMap((path) => [path, `${path}/`]).join('\0');
  const found = execFileSync('sh', ['-c', script], { cwd: root, encoding: 'utf8', input: `${input}\0` }).split('\0');
  return new Set(found.map((path) => path.replace(/\/$/, '')));
}

/** Whether a path from the root, with `*` and `**` allowed, is a file or folder. */
function exists(path) {
  if (!path.includes('*')) return folders.has(path) || files.includes(path);
  const escaped = path.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`^${escaped.replace(/\*\*\/?|\*/g, (star) => (star === '*' ? '[^/]*' : '.*'))}$`);
  return files.some((file) => pattern.test(file)) || [...folders].some((folder) => pattern.test(folder));
}

/** Extensions that are names of files, wherever they stand in backquotes. */
const SOURCES = new Set(['.md', '.mjs', '.py', '.rs', '.ts']);

/** Files of other projects. */
const FOREIGN = new Set(['generate_patches.py']);

/**
 * A word of a document or comment without what surrounds a path: brackets, stops, a line number, an item, an anchor.
 */
function bare(word) {
  return word
    .replace(/^[(["'<]+|[)\]"'>,;:.!?]+$/g, '')
    .replace(/^\.\//, '')
    .replace(/(\.\w+)(:\d+|::.*|#.*)$/, '$1')
    .replace(/\/$/, '');
}

/** Whether a word is a path below a folder of the root. */
const isPath = (word) => /^[\w@.*{},/-]+$/.test(word) && word.includes('/') && top.has(word.split('/')[0]);

/** Code spans and code blocks of a Markdown file. */
function code(markdown) {
  const blocks = [];
  const rest = markdown.replace(/^( *)```.*\n([\s\S]*?)^ *```$/gm, (_all, _indent, block) => {
    blocks.push(block);
    return '';
  });
  return [...blocks, ...[...rest.matchAll(/`([^`]+)`/g)].map(([, span]) => span)];
}

/** What `//`, `#`, `/*` and `*` begin, line by line. */
function comments(path) {
  const marks = /\.(py|toml|txt|sh|yml)$/.test(path) ? /(?:^|\s)#(.*)$/ : /(?:^|\s)(?:\/\/[/!]?|\/?\*+)(\s.*)$/;
  return text(path)
    .split('\n')
    .flatMap((line) => marks.exec(line)?.slice(1) ?? []);
}

/**
 * Of `[place, path]` those whose path exists neither in the root nor in a folder above the place; what git ignores may.
 */
function missing(named) {
  const from = (place) => ['', ...parents(place).map((folder) => `${folder}/`)];
  const absent = named.filter(([place, path]) => !from(place).some((folder) => exists(folder + path)));
  const built = ignored([...new Set(absent.map(([, path]) => path))]);
  return absent.filter(([, path]) => !built.has(path)).map(([place, path]) => `${place}: ${path}`);
}

test('every path in the code of a document exists', () => {
  const words = documents.flatMap((path) =>
    code(text(path)).flatMap((span) => span.split(/\s+/).map((word) => [path, bare(word)])),
  );
  const named = words.filter(([, word]) => isPath(word));
  assert.ok(named.length > 100, `${named.length} paths in documents`);
  assert.deepEqual(missing(named.flatMap(([place, word]) => alternatives(word).map((path) => [place, path]))), []);
});

test('every file name in the code of a document is that of a file', () => {
  const isName = (word) => /^[\w.-]+(\/[\w.-]+)*$/.test(word) && SOURCES.has(extname(word)) && !isPath(word);
  const names = documents.flatMap((path) => code(text(path)).map((span) => [path, bare(span)]));
  const unknown = names.filter(
    ([, name]) => isName(name) && !FOREIGN.has(name) && !files.some((file) => `/${file}`.endsWith(`/${name}`)),
  );
  assert.deepEqual(unknown, []);
});

test('every path in a comment exists', () => {
  const sources = files.filter((path) => /\.(rs|ts|mjs|js|py|toml|css|txt|yml)$/.test(path));
  const named = sources.flatMap((path) =>
    comments(path).flatMap((comment) =>
      comment
        .split(/[\s`]+/)
        .map(bare)
        .filter((word) => isPath(word))
        .flatMap((word) => alternatives(word).map((found) => [path, found])),
    ),
  );
  assert.ok(named.length > 50, `${named.length} paths in comments`);
  assert.deepEqual(missing(named), []);
});

/** The npm scripts, crates and cargo targets that the commands in a text name. */
function commands(text) {
  const kinds = { '--bin': 'bin', '--example': 'example', '--test': 'test' };
  const scripts = [...text.matchAll(/\bnpm run ([a-z][\w-]*(?::\w+)?)/g)].map(([, name]) => `npm run ${name}`);
  const targets = [...text.matchAll(/\bcargo (?:build|check|clippy|run|test)\b[^`#&\n]*/g)].flatMap(([command]) => {
    const [, crate] = / (?:-p|--package)[ =]([\w-]+)/.exec(command) ?? [];
    const named = [...command.matchAll(/ (--bin|--example|--test)[ =](\w[\w-]*)/g)].map(
      ([, option, name]) => `${kinds[option]} ${name}`,
    );
    return crate === undefined ? named : [`-p ${crate}`, ...named.map((target) => `-p ${crate}, ${target}`)];
  });
  return [...scripts, ...targets];
}

test('every npm script, crate and cargo target in a command exists', () => {
  const arguments_ = ['metadata', '--no-deps', '--format-version=1', '--locked'];
  const { packages } = JSON.parse(
    execFileSync('cargo', arguments_, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 }),
  );
  const known = new Set([
    ...Object.keys(JSON.parse(text('package.json')).scripts).map((name) => `npm run ${name}`),
    ...packages.flatMap(({ name: crate, targets }) => [
      `-p ${crate}`,
      ...targets.flatMap(({ kind: [kind], name }) => [`${kind} ${name}`, `-p ${crate}, ${kind} ${name}`]),
    ]),
  ]);
  const sources = files.filter((path) => /\.(rs|ts|mjs|js|py|toml|txt|yml)$/.test(path));
  const texts = [
    // The change log names what there was.
    ...documents.filter((path) => path !== 'CHANGELOG.md').map((path) => [path, code(text(path))]),
    ...sources.map((path) => [path, comments(path)]),
  ];
  const named = texts.flatMap(([path, all]) => all.flatMap(commands).map((name) => [path, name]));
  assert.ok(named.length > 50, `${named.length} names in commands`);
  assert.deepEqual(
    named.filter(([, name]) => !known.has(name)),
    [],
  );
});

test('every document that a source names exists', () => {
  const sources = files.filter((path) => /\.(rs|ts|mjs|js|py|toml|css|html|yml)$/.test(path));
  const named = sources.flatMap((path) =>
    [...text(path).matchAll(/(?<![\w/.-])docs\/[\w/-]+\.(?:md|json|svg)\b/g)].map(([found]) => [path, found]),
  );
  assert.deepEqual(missing(named), []);
});

test('pictures and links in HTML within documents exist', () => {
  const targets = documents.flatMap((path) =>
    [
      ...text(path)
        .replace(/^```[\s\S]*?^```$/gm, '')
        .matchAll(/\b(?:src|href|srcset)="([^"#:]+)(?:#[^"]*)?"/g),
    ].map(([, target]) => [path, relative(root, join(root, dirname(path), target))]),
  );
  assert.deepEqual(missing(targets), []);
});

test('only tests that skip without it read the folder shared beside the repository', () => {
  const names = /(\.\.\/|\/work\/)shared\b|["'`]shared\//;
  const readers = files.filter(
    (path) => /\.(rs|ts|mjs|js|py|toml|html|md|sh|yml)$/.test(path) && names.test(text(path)),
  );
  const inside = (path) => folders.has(join(dirname(path), '..', 'shared'));
  const skips = (path) => /(^|\/)tests\//.test(path) && /skipped/i.test(text(path));
  const wrong = readers.filter((path) => !inside(path) && !skips(path) && path !== 'tests/unit/documents.test.mjs');
  assert.deepEqual(wrong, []);
});

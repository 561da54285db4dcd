// One word for each concept: terms that the project has given up do not come back, in code or in prose.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

/** The words, each with the term to use. CONTRIBUTING.md lists the terms. */
const TERMS = {
  circumstances: 'manifest context',
  doomed: 'pending deletion',
  judgement: 'score, verdict, outcome',
  judgment: 'score, verdict, outcome',
  keptin: 'dataDirEnv',
  landing: 'frame buffer',
  leftover: 'residual flow',
  manners: 'host options',
  outbox: 'host messenger',
  persistently: 'retry',
  sighting: 'frame analysis',
  sightings: 'frame analyses',
  staging: 'rendering, simulated captures',
  stories: 'scenarios',
  story: 'scenario',
  sweeping: 'retention',
  trouble: 'error, problem report',
  troubles: 'errors',
  whoever: 'say who',
};

/** Where a word means something else, or is a name that is stored or foreign: the word, its line, and its file. */
const ALLOWED = [
  // SQL names, an option, the page's texts, a package.
  ['doomed', /doomed_blobs/],
  ['sweeping', /\bsweeping = |, sweeping\)|`sweeping`/],
  ['judgement', /judgement_seconds/],
  ['landing', /startbootstrap-landing-page/],
  ['trouble', /trouble_/],
  // The standard pattern: events in the transaction of the change (transactional outbox).
  ['outbox', /outbox/i, /webhooks/i],
];

const CHECKED = new Set(['.rs', '.ts', '.mjs', '.js', '.jsx', '.vue', '.sh', '.py', '.toml', '.md', '.html', '.css']);
const SKIPPED = [
  /^www\/src\/locales\//,
  /^server\/tests\/fixtures\//,
  /^crates\/store\/migrations\//,
  /^CODE_OF_CONDUCT\.md$/,
  /^THIRD_PARTY_NOTICES\.md$/,
  /^tests\/unit\/terms\.test\.mjs$/,
];

/** The words of a line, those of `camelCase` and `snake_case` names apart, in lower case. */
function wordsOf(line) {
  return (line.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? []).map((word) => word.toLowerCase());
}

/** The given-up words of a file, as `path:line: word (term)`. */
function findings(path) {
  const lines = readFileSync(join(root, path), 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const found = wordsOf(line).filter((word) => Object.hasOwn(TERMS, word));
    const isAllowed = (word) =>
      ALLOWED.some(([allowed, where, file]) => allowed === word && where.test(line) && (file?.test(path) ?? true));
    const kept = found.filter((word) => !isAllowed(word));
    return kept.map((word) => `${path}:${index + 1}: ${word} (${TERMS[word]})`);
  });
}

test('given-up terms are split out of names', () => {
  assert.deepEqual(wordsOf('let doomedBlobs = HTTPOutbox::of_lanes(1);'), [
    ...['let', 'doomed', 'blobs', 'http', 'outbox', 'of', 'lanes'],
  ]);
});

test('no file uses a given-up term', () => {
  const tracked = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  const checked = tracked.filter(
    (path) => CHECKED.has(extname(path)) && !SKIPPED.some((skipped) => skipped.test(path)),
  );
  assert.ok(checked.length > 500, `${checked.length} files`);
  assert.deepEqual(checked.flatMap(findings), []);
});

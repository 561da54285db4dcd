// The code that documents show is that of the files they name: a block after `<!-- from: PATH -->` is a part of PATH.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/cli/run.mjs';

/** The lines without the indentation that all of them have. */
function withoutIndentation(lines) {
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.match(/^\s*/)[0].length);
  return lines.map((line) => line.slice(Math.min(...depths)));
}

/** Whether the code is a part of the text, whatever the whole part's indentation. */
function isPartOf(code, text) {
  const [lines, all] = [code.split('\n'), text.split('\n')];
  return all.some(
    (_line, from) => withoutIndentation(all.slice(from, from + lines.length)).join('\n') === lines.join('\n'),
  );
}

test('code is compared without its indentation', () => {
  assert.ok(isPartOf('b\n  c', 'a\n  b\n    c\nd'));
  assert.ok(!isPartOf('b\nc', 'a\n  b\n    c\nd'));
  assert.ok(!isPartOf('c', 'a\n  b'));
});

test('documents show the code of the files that they name', () => {
  const documents = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'));
  const blocks = documents.flatMap((name) => {
    const text = readFileSync(join(root, 'docs', name), 'utf8');
    const marks = [...text.matchAll(/^<!-- from: (\S+) -->$/gm)];
    const found = [...text.matchAll(/^<!-- from: (\S+) -->\n```\w+\n([\s\S]*?)\n```$/gm)];
    assert.equal(found.length, marks.length, `${name}: each mark has a block`);
    return found.map(([, path, code]) => ({ name, path, code }));
  });
  assert.ok(blocks.length >= 12, `${blocks.length} blocks`);
  for (const { name, path, code } of blocks)
    assert.ok(isPartOf(code, readFileSync(join(root, path), 'utf8')), `${name} differs from ${path}:\n${code}`);
});

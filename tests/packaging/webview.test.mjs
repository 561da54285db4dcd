// The helpers for apps. Kotlin: compiled and run on doubles of Android's classes, whose signatures are written by hand
// after Android's reference. Swift: only its syntax is checked, because no Swift compiler and no iOS can be had here.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/cli/run.mjs';
import { pythonToolPath } from '../../scripts/setup/python.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const kotlin = join(here, 'node_modules', 'kotlin-compiler');
const android = join(here, 'webview', 'android');
const KOTLIN = join(root, 'examples', 'webview', 'android', 'LivenessWebView.kt');
const SWIFT = join(root, 'examples', 'webview', 'ios', 'LivenessWebView.swift');

function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'nearfar-webview-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Compiles Kotlin files against the doubles. */
function compile(out, files) {
  const compiler = 'org.jetbrains.kotlin.cli.jvm.K2JVMCompiler';
  const options = ['-Werror', '-no-reflect', '-kotlin-home', kotlin, '-d', out];
  execFileSync('java', ['-cp', join(kotlin, 'lib', '*'), compiler, ...options, ...files, android], { stdio: 'pipe' });
}

/** The code blocks of a language in docs/INTEGRATION.md. */
function snippets(language) {
  const text = readFileSync(join(root, 'docs', 'INTEGRATION.md'), 'utf8');
  return [...text.matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 'gs'))].map(([, code]) => code);
}

test('the Kotlin helper asks, answers, receives and leaves as its comments say', (t) => {
  const out = folder(t);
  compile(out, [join(here, 'webview', 'Harness.kt'), KOTLIN]);
  const sources = readdirSync(android, { recursive: true }).filter((name) => name.endsWith('.java'));
  execFileSync('javac', ['-d', out, ...sources.map((name) => join(android, name))], { stdio: 'pipe' });
  const path = [out, join(kotlin, 'lib', 'kotlin-stdlib.jar')].join(':');
  assert.match(execFileSync('java', ['-cp', path, 'HarnessKt'], { encoding: 'utf8' }), /all checks passed/);
});

test('the Kotlin of docs/INTEGRATION.md compiles with the helper', (t) => {
  const [snippet, ...others] = snippets('kotlin');
  assert.equal(others.length, 0);
  const file = join(folder(t), 'Snippet.kt');
  writeFileSync(file, snippet);
  compile(folder(t), [file, KOTLIN]);
});

test('the Swift helper and the Swift of docs/INTEGRATION.md have no syntax error', (t) => {
  const script = join(here, 'lib', 'syntax.py');
  const parse = (file) => execFileSync(pythonToolPath('python'), [script, 'swift', file], { encoding: 'utf8' });
  parse(SWIFT);
  const [snippet, ...others] = snippets('swift');
  assert.equal(others.length, 0);
  const file = join(folder(t), 'Snippet.swift');
  writeFileSync(file, snippet);
  parse(file);
  writeFileSync(file, snippet.replace('}', ''));
  assert.throws(() => parse(file), 'an unbalanced brace is found');
});

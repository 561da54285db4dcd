// The engine's built wasm: its size, and the code that the build removes.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { BUILDS, GOAL_BYTES, NEVER_CALLED } from '../../scripts/build/engine.mjs';
import { trimWasm } from '../../scripts/build/trim-wasm.mjs';
import { root, UserError } from '../../scripts/cli/run.mjs';
import { seal } from '../testkit/service/sealing.mjs';

const SEALING_BYTES = 42_000;

test('each build is under its size goal and contains neither panic messages nor local paths', () => {
  const builds = Object.keys(BUILDS).map((build) => [build, `${build}/nearfar_bg.wasm`, GOAL_BYTES]);
  for (const [build, file, goal] of [...builds, ['sealing', 'sealing/sealing_bg.wasm', SEALING_BYTES]]) {
    const bytes = readFileSync(join(root, 'pkg', file));
    assert.ok(bytes.length < goal, `${build} has ${bytes.length} bytes`);
    for (const text of ['panicked at', root, '/.cargo/'])
      assert.equal(bytes.indexOf(text), -1, `${build} has "${text}"`);
  }
});

/** A module with the functions that trimWasm removes, a function that may run and one that panics. */
const MODULE = `(module
  (func $"core::panicking::panic_fmt" (call $"core::fmt::write") (unreachable))
  (func $"core::fmt::write" (call $"core::fmt::Formatter::pad"))
  (func $"core::fmt::Formatter::pad" (nop))
  (func $"jpeg_encoder::encoder::Encoder<W>::encode_blocks" (nop))
  (func $"jpeg_encoder::encoder::Encoder<W>::encode_image_progressive" (nop))
  (func $"jpeg_encoder::encoder::Encoder<W>::optimize_huffman_table" (nop))
  (func $safe (result i32) (i32.const 7))
  (func $panics (result i32) (call $"core::panicking::panic_fmt") (i32.const 8))
  (func $encodes (result i32) (call $"jpeg_encoder::encoder::Encoder<W>::encode_blocks") (i32.const 9))
  (export "safe" (func $safe))
  (export "panics" (func $panics))
  (export "encodes" (func $encodes)))`;

function trimmed(t, text) {
  const folder = mkdtempSync(join(tmpdir(), 'nearfar-wasm-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'module.wasm');
  binaryen.setDebugInfo(true);
  const module = binaryen.parseText(text);
  writeFileSync(file, module.emitBinary());
  module.dispose();
  trimWasm(file, NEVER_CALLED);
  return new WebAssembly.Module(readFileSync(file));
}

test('panics and unused functions become traps, formatting is removed, everything else works', async (t) => {
  const module = trimmed(t, MODULE);
  const { exports } = new WebAssembly.Instance(module);
  assert.equal(exports.safe(), 7);
  assert.throws(() => exports.panics(), WebAssembly.RuntimeError);
  assert.throws(() => exports.encodes(), WebAssembly.RuntimeError);
  const [names] = WebAssembly.Module.customSections(module, 'name');
  assert.doesNotMatch(Buffer.from(names).toString('latin1'), /core::fmt::Formatter::pad/);
});

test('formatting stays if anything other than a panic formats', (t) => {
  const text = MODULE.replace('(func $safe (result i32)', '(func $safe (result i32) (call $"core::fmt::write")');
  const { exports } = new WebAssembly.Instance(trimmed(t, text));
  assert.equal(exports.safe(), 7);
});

test('a function missing under its expected name stops the build', (t) => {
  const text = MODULE.replaceAll('optimize_huffman_table', 'renamed');
  assert.throws(() => trimmed(t, text), UserError);
});

test('the wasm module and the independent implementation seal identically', async () => {
  const { initSync, Sealing } = await import('../../pkg/glue/sealing.js');
  initSync({ module: readFileSync(join(root, 'pkg', 'sealing', 'sealing_bg.wasm')) });
  const vectors = JSON.parse(readFileSync(join(root, 'crates', 'sealing', 'tests', 'vectors.json'), 'utf8'));
  for (const { publicKey, signatureId, attemptId, nonce, random, parts, sealed } of vectors) {
    const key = Buffer.from(publicKey, 'hex');
    const seed = Buffer.from(random, 'hex');
    const sealing = Sealing.begin(key, signatureId, attemptId, nonce, seed);
    const pieces = parts.map(({ name, content }, index) =>
      sealing.part(name, Buffer.from(content), index + 1 === parts.length),
    );
    assert.equal(Buffer.concat(pieces).toString('hex'), sealed);
    const contents = parts.map(({ name, content }) => [name, Buffer.from(content)]);
    assert.equal(seal({ key, signatureId, attemptId, nonce }, contents, seed).toString('hex'), sealed);
    assert.equal(sealing.part('../far', Buffer.alloc(1), true), undefined);
    assert.equal(Sealing.begin(Buffer.alloc(32), signatureId, attemptId, nonce, seed), undefined);
  }
});

// The ONNX graph that npm run bench makes from the face detection model. That it finds the same faces is checked by the
// benchmark itself, which has ONNX Runtime.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { toOnnx, transposed } from '../../benches/onnx/convert.mjs';
import { readTflite } from '../../benches/onnx/tflite.mjs';
import { root } from '../../scripts/cli/run.mjs';
import { MODEL } from '../../scripts/setup/npm-packages.mjs';

const model = readTflite(readFileSync(join(root, MODEL)));
const { graph } = toOnnx(model);

const count = (list, key) => {
  const counts = {};
  for (const item of list) counts[item[key]] = (counts[item[key]] ?? 0) + 1;
  return counts;
};

test('every operator of the model is translated', () => {
  const operators = count(model.operators, 'name');
  const nodes = count(graph.node, 'opType');
  assert.equal(nodes.Conv, operators.CONV_2D + operators.DEPTHWISE_CONV_2D);
  assert.equal(nodes.Cast, operators.DEQUANTIZE);
  const same = {
    ADD: 'Add',
    RELU: 'Relu',
    PAD: 'Pad',
    MAX_POOL_2D: 'MaxPool',
    RESHAPE: 'Reshape',
    CONCATENATION: 'Concat',
  };
  for (const [name, opType] of Object.entries(same)) assert.equal(nodes[opType], operators[name], name);
});

test('every node reads what was computed before it', () => {
  const known = new Set([...graph.input, ...graph.initializer].map(({ name }) => name));
  for (const { opType, input, output } of graph.node) {
    for (const name of input) assert.ok(known.has(name), `${opType} reads ${name}`);
    for (const name of output) known.add(name);
  }
  for (const { name } of graph.output) assert.ok(known.has(name), name);
});

test('input and outputs have the shapes of ONNX', () => {
  const shape = ({ type }) => type.tensorType.shape.dim.map(({ dimValue }) => dimValue);
  assert.deepEqual(graph.input.map(shape), [[1, 3, 128, 128]]);
  assert.deepEqual(graph.output.map(shape), [
    [1, 896, 16],
    [1, 896, 1],
  ]);
});

test('the first convolution has its weights as planes, and padding on the far sides only', () => {
  const [first] = graph.node.filter(({ opType }) => opType === 'Conv');
  const attributes = Object.fromEntries(first.attribute.map(({ name, i, ints }) => [name, ints ?? i]));
  assert.deepEqual(attributes, { kernel_shape: [5, 5], strides: [2, 2], pads: [1, 1, 2, 2], group: 1 });
  const weights = graph.initializer.find(({ name }) => first.input[1].startsWith(name));
  assert.deepEqual(weights.dims, [24, 3, 5, 5]);
  assert.equal(weights.rawData.length, 2 * 24 * 3 * 5 * 5, 'halves');
});

test('values move with their dimensions', () => {
  assert.deepEqual(transposed(Int32Array.of(1, 2, 3, 4, 5, 6), [2, 3], [1, 0]), Int32Array.of(1, 4, 2, 5, 3, 6));
  const pixels = Int32Array.of(1, 10, 2, 20, 3, 30);
  assert.deepEqual(transposed(pixels, [1, 1, 3, 2], [0, 3, 1, 2]), Int32Array.of(1, 2, 3, 10, 20, 30));
});

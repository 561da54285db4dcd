// Reads a TensorFlow Lite model. Field numbers and codes follow schema.fbs of TensorFlow Lite, schema version 3.

import { ByteBuffer } from 'flatbuffers';

/** The operators of the face detection model (BuiltinOperator of the schema). */
const OPERATORS = {
  0: 'ADD',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  17: 'MAX_POOL_2D',
  19: 'RELU',
  22: 'RESHAPE',
  34: 'PAD',
};

/** TensorType of the schema. */
const TYPES = { 0: 'float32', 1: 'float16', 2: 'int32' };

const PADDINGS = { 0: 'SAME', 1: 'VALID' };
/** Of the model's operators, none has an activation of its own. */
const ACTIVATIONS = { 0: 'NONE' };

/** The fields of each operator's options: name, slot, and the names of an enumeration or a default value. */
const OPTIONS = {
  CONV_2D: { padding: [0, PADDINGS], strideW: [1, 0], strideH: [2, 0], activation: [3, ACTIVATIONS] },
  DEPTHWISE_CONV_2D: { padding: [0, PADDINGS], strideW: [1, 0], strideH: [2, 0], activation: [4, ACTIVATIONS] },
  MAX_POOL_2D: {
    padding: [0, PADDINGS],
    strideW: [1, 0],
    strideH: [2, 0],
    filterW: [3, 0],
    filterH: [4, 0],
    activation: [5, ACTIVATIONS],
  },
  ADD: { activation: [0, ACTIVATIONS] },
  CONCATENATION: { axis: [0, 0], activation: [1, ACTIVATIONS] },
};

/** The name for a code. */
function named(names, code, what) {
  const name = names[code];
  if (name === undefined) throw new Error(`the model has ${what} ${code}, which is not supported`);
  return name;
}

/** A table of a flatbuffer. */
class Table {
  constructor(bytes, position) {
    this.bytes = bytes;
    this.position = position;
  }

  /** The position of a field; 0 if it is missing. */
  #at(slot) {
    const offset = this.bytes.__offset(this.position, 4 + 2 * slot);
    return offset === 0 ? 0 : this.position + offset;
  }

  int8(slot) {
    const at = this.#at(slot);
    return at === 0 ? 0 : this.bytes.readInt8(at);
  }

  int32(slot, missing = 0) {
    const at = this.#at(slot);
    return at === 0 ? missing : this.bytes.readInt32(at);
  }

  table(slot) {
    const at = this.#at(slot);
    return at === 0 ? null : new Table(this.bytes, this.bytes.__indirect(at));
  }

  #vector(slot, element) {
    const at = this.#at(slot);
    if (at === 0) return [];
    const start = this.bytes.__vector(at);
    return Array.from({ length: this.bytes.__vector_len(at) }, (_, i) => element(start + 4 * i));
  }

  int32s(slot) {
    return this.#vector(slot, (at) => this.bytes.readInt32(at));
  }

  tables(slot) {
    return this.#vector(slot, (at) => new Table(this.bytes, this.bytes.__indirect(at)));
  }

  data(slot) {
    const at = this.#at(slot);
    if (at === 0) return new Uint8Array();
    const start = this.bytes.__vector(at);
    return this.bytes.bytes().slice(start, start + this.bytes.__vector_len(at));
  }
}

function optionsOf(operator, name) {
  const table = operator.table(4);
  const read = ([slot, values]) => {
    if (typeof values === 'number') return table?.int32(slot, values) ?? values;
    return named(values, table?.int8(slot) ?? 0, `the option of ${name}`);
  };
  return Object.fromEntries(Object.entries(OPTIONS[name] ?? {}).map(([option, field]) => [option, read(field)]));
}

/**
 * @typedef {object} Tensor
 * @property {number[]} shape
 * @property {'float32' | 'float16' | 'int32'} type
 * @property {Uint8Array} data its constant value, little-endian; empty if an operator computes it
 */

/**
 * Reads the graph of a model file.
 * @returns {{tensors: Tensor[], inputs: number[], outputs: number[], operators: {name: string, inputs: number[],
 *   outputs: number[], options: Record<string, string | number>}[]}} tensors are referred to by their index
 */
export function readTflite(file) {
  const bytes = new ByteBuffer(new Uint8Array(file));
  const model = new Table(bytes, bytes.readInt32(0));
  const subgraphs = model.tables(2);
  if (model.int32(0) !== 3 || subgraphs.length !== 1)
    throw new Error('not a TensorFlow Lite model with a single graph');
  const [graph] = subgraphs;
  // Codes of the old 8-bit field, which the newer field at slot 3 repeats.
  const codes = model.tables(1).map((code) => Math.max(code.int8(0), code.int32(3)));
  const buffers = model.tables(4);
  return {
    tensors: graph.tables(0).map((tensor) => ({
      shape: tensor.int32s(0),
      type: named(TYPES, tensor.int8(1), 'the tensor type'),
      data: buffers[tensor.int32(2)].data(0),
    })),
    inputs: graph.int32s(1),
    outputs: graph.int32s(2),
    operators: graph.tables(3).map((operator) => {
      const name = named(OPERATORS, codes[operator.int32(0)], 'the operator');
      const options = optionsOf(operator, name);
      return { name, inputs: operator.int32s(1), outputs: operator.int32s(2), options };
    }),
  };
}

// Translates the face detection model from TensorFlow Lite to ONNX, for ONNX Runtime.
//
// TensorFlow Lite stores pictures as rows of pixels (NHWC), ONNX as planes (NCHW): four-dimensional tensors and the
// weights change their order. Tensors of the outputs, which have three dimensions, keep theirs.

/** TensorProto.DataType of ONNX. */
const TYPES = { float32: 1, float16: 10, int64: 7 };
/** AttributeProto.AttributeType of ONNX. */
const [INT, INTS] = [2, 7];
const OPSET = 13;
const IR_VERSION = 7;

const int = (name, i) => ({ name, type: INT, i });
const ints = (name, list) => ({ name, type: INTS, ints: list });

/** The shape NCHW of a shape NHWC; other shapes are unchanged. */
function planar(shape) {
  if (shape.length !== 4) return shape;
  const [n, h, w, c] = shape;
  return [n, c, h, w];
}

/** Moves the values of a tensor so that its dimension `i` is dimension `order[i]` of the old one. */
export function transposed(values, shape, order) {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const result = new values.constructor(values.length);
  const to = order.map((axis) => shape[axis]);
  const index = new Array(to.length).fill(0);
  for (let i = 0; i < result.length; i++) {
    result[i] = values[order.reduce((sum, axis, k) => sum + index[k] * strides[axis], 0)];
    for (let k = to.length - 1; k >= 0 && ++index[k] === to[k]; k--) index[k] = 0;
  }
  return result;
}

const bytesOf = (array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** Halves keep their bits: no arithmetic is done here. */
const ARRAYS = { float32: Float32Array, float16: Uint16Array, int32: Int32Array };

/** The values of a constant. */
const constantOf = ({ data, type }) => new ARRAYS[type](data.slice().buffer);

/** Padding before and after, by TensorFlow's rule. */
function paddingOf(padding, input, filter, stride) {
  if (padding === 'VALID') return [0, 0];
  const total = Math.max((Math.ceil(input / stride) - 1) * stride + filter - input, 0);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

class Translation {
  nodes = [];
  initializers = [];

  constructor(model) {
    this.model = model;
  }

  /** The name of a tensor. */
  name(index) {
    return `tensor${index}`;
  }

  add(opType, input, output, attribute = []) {
    this.nodes.push({ opType, input, output: [output], attribute });
  }

  /** Adds a constant and returns its name. */
  constant(name, type, dims, values) {
    this.initializers.push({ name, dataType: TYPES[type], dims, rawData: bytesOf(values) });
    return name;
  }

  int64s(name, values) {
    return this.constant(name, 'int64', [values.length], BigInt64Array.from(values.map(BigInt)));
  }

  /** The constant of a tensor, which may be converted from halves by an operator. */
  source(index) {
    const converter = this.model.operators.find(({ name, outputs }) => name === 'DEQUANTIZE' && outputs[0] === index);
    return this.model.tensors[converter ? converter.inputs[0] : index];
  }

  /** Adds weights in ONNX's order, converted to 32-bit floats. Returns their name. */
  weights(index, order) {
    const tensor = this.source(index);
    const { shape, type } = tensor;
    const values = order ? transposed(constantOf(tensor), shape, order) : constantOf(tensor);
    const dims = order ? order.map((axis) => shape[axis]) : shape;
    const name = this.constant(`weights${index}`, type, dims, values);
    if (type === 'float32') return name;
    this.add('Cast', [name], `${name}_float32`, [int('to', TYPES.float32)]);
    return `${name}_float32`;
  }

  /** The attributes of a convolution or pooling. */
  window({ inputs: [input], options }, [filterH, filterW]) {
    const [, height, width] = this.model.tensors[input].shape;
    const { padding, strideH, strideW } = options;
    const [top, bottom] = paddingOf(padding, height, filterH, strideH);
    const [left, right] = paddingOf(padding, width, filterW, strideW);
    return [
      ints('kernel_shape', [filterH, filterW]),
      ints('strides', [strideH, strideW]),
      ints('pads', [top, left, bottom, right]),
    ];
  }

  convolution(operator, order, group) {
    const [input, filter, bias] = operator.inputs;
    const [, filterH, filterW] = this.source(filter).shape;
    const parameters = [this.name(input), this.weights(filter, order), this.weights(bias)];
    const attributes = [...this.window(operator, [filterH, filterW]), int('group', group)];
    this.add('Conv', parameters, this.name(operator.outputs[0]), attributes);
  }

  translate = {
    // Done by `weights`.
    DEQUANTIZE: () => {},
    CONV_2D: (operator) => this.convolution(operator, [0, 3, 1, 2], 1),
    DEPTHWISE_CONV_2D: (operator) => {
      const channels = this.source(operator.inputs[1]).shape[3];
      this.convolution(operator, [3, 0, 1, 2], channels);
    },
    MAX_POOL_2D: (operator) => {
      const { filterH, filterW } = operator.options;
      const attributes = this.window(operator, [filterH, filterW]);
      this.add('MaxPool', [this.name(operator.inputs[0])], this.name(operator.outputs[0]), attributes);
    },
    RELU: ({ inputs, outputs }) => this.add('Relu', [this.name(inputs[0])], this.name(outputs[0])),
    ADD: ({ inputs, outputs: [output] }) => {
      const names = inputs.map((index) => this.name(index));
      this.add('Add', names, this.name(output));
    },
    PAD: ({ inputs: [input, padding], outputs: [output] }) => {
      const list = constantOf(this.model.tensors[padding]);
      const of = (side) => planar([0, 1, 2, 3].map((axis) => list[2 * axis + side]));
      const pads = this.int64s(`${this.name(output)}_pads`, [...of(0), ...of(1)]);
      this.add('Pad', [this.name(input), pads], this.name(output));
    },
    RESHAPE: ({ inputs: [input], outputs: [output] }) => {
      const pixels = `${this.name(output)}_pixels`;
      this.add('Transpose', [this.name(input)], pixels, [ints('perm', [0, 2, 3, 1])]);
      const shape = this.int64s(`${this.name(output)}_shape`, this.model.tensors[output].shape);
      this.add('Reshape', [pixels, shape], this.name(output));
    },
    CONCATENATION: ({ inputs, outputs: [output], options }) => {
      const names = inputs.map((index) => this.name(index));
      this.add('Concat', names, this.name(output), [int('axis', options.axis)]);
    },
  };

  valueInfo(index) {
    const dim = planar(this.model.tensors[index].shape).map((dimValue) => ({ dimValue }));
    return { name: this.name(index), type: { tensorType: { elemType: TYPES.float32, shape: { dim } } } };
  }
}

/** Translates a model that `readTflite` has read. Returns the fields of an ONNX ModelProto. */
export function toOnnx(model) {
  const translation = new Translation(model);
  for (const operator of model.operators) translation.translate[operator.name](operator);
  return {
    irVersion: IR_VERSION,
    producerName: 'nearfar benches',
    opsetImport: [{ domain: '', version: OPSET }],
    graph: {
      name: 'face_detection',
      node: translation.nodes,
      initializer: translation.initializers,
      input: model.inputs.map((index) => translation.valueInfo(index)),
      output: model.outputs.map((index) => translation.valueInfo(index)),
    },
  };
}

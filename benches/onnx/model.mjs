// Writes the face detection model as an ONNX file.

import proto from 'onnx-proto';
import { toOnnx } from './convert.mjs';
import { readTflite } from './tflite.mjs';

const { ModelProto } = proto.onnx;

/** Converts the bytes of a TensorFlow Lite model to those of an ONNX model. */
export function onnxModel(tflite) {
  return ModelProto.encode(ModelProto.fromObject(toOnnx(readTflite(tflite)))).finish();
}

// Adds TensorFlow Lite metadata to a model: how to scale its one image input. tasks-vision requires it, and the model
// of
// @mediapipe/face_detection, the same network, lacks it.
//
// Schemas: tensorflow/lite/schema/schema.fbs (identifier TFL3) and the TFLite Support library's
// metadata_schema.fbs (identifier M001).

import { Builder } from 'flatbuffers';

const RGB = 1;
const IMAGE_PROPERTIES = 2;
const NORMALIZATION_OPTIONS = 1;

function floats(builder, values) {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addFloat32(value);
  return builder.endVector();
}

function offsets(builder, values) {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addOffset(value);
  return builder.endVector();
}

/** A table of `size` fields; `fields` are [slot, value] pairs of offsets, or [slot, value, 'int8'] ones. */
function table(builder, size, fields) {
  builder.startObject(size);
  for (const [slot, value, type] of fields) {
    if (type === 'int8') builder.addFieldInt8(slot, value, 0);
    else builder.addFieldOffset(slot, value, 0);
  }
  return builder.endObject();
}

/** `ModelMetadata` for a network with one RGB input that is scaled to -1..1. */
function imageMetadata() {
  const builder = new Builder(512);
  const image = table(builder, 2, [[0, RGB, 'int8']]);
  const content = table(builder, 3, [
    [0, IMAGE_PROPERTIES, 'int8'],
    [1, image],
  ]);
  const mean = floats(builder, [127.5]);
  const deviation = floats(builder, [127.5]);
  const normalization = table(builder, 2, [
    [0, mean],
    [1, deviation],
  ]);
  const unit = table(builder, 2, [
    [0, NORMALIZATION_OPTIONS, 'int8'],
    [1, normalization],
  ]);
  const units = offsets(builder, [unit]);
  const name = builder.createString('image');
  const tensor = table(builder, 7, [
    [0, name],
    [3, content],
    [4, units],
  ]);
  const inputs = offsets(builder, [tensor]);
  const subgraph = table(builder, 3, [[2, inputs]]);
  const subgraphs = offsets(builder, [subgraph]);
  builder.finish(table(builder, 4, [[3, subgraphs]]), 'M001');
  return builder.asUint8Array();
}

/** Fields of the schema's `Model` table, in order. */
const MODEL = [
  'version',
  'operatorCodes',
  'subgraphs',
  'description',
  'buffers',
  'metadataBuffer',
  'metadata',
  'signatures',
];

/** The positions of the root table's fields in a flatbuffer; 0 for a missing field. */
function rootFields(view, names) {
  const root = view.getUint32(0, true);
  const vtable = root - view.getInt32(root, true);
  const size = view.getUint16(vtable, true);
  const at = (i) => (4 + 2 * i < size ? view.getUint16(vtable + 4 + 2 * i, true) : 0);
  return Object.fromEntries(names.map((name, i) => [name, at(i) && root + at(i)]));
}

/** Puts a new head before the old file, since the offsets of a flatbuffer only point forwards. */
export function withMetadata(model) {
  const old = new DataView(model.buffer, model.byteOffset, model.byteLength);
  const fields = rootFields(old, MODEL);
  const follow = (at) => at + old.getUint32(at, true);
  const oldBuffers = follow(fields.buffers);
  const count = old.getUint32(oldBuffers, true);
  const added = imageMetadata();
  const name = new TextEncoder().encode('TFLITE_METADATA\0');

  // The layout of the head, from its start.
  const vtable = 8;
  const root = vtable + 4 + 2 * MODEL.length;
  const buffers = root + 4 + 4 * MODEL.length;
  const metadata = buffers + 4 + 4 * (count + 1);
  const entryVtable = metadata + 8;
  const entry = entryVtable + 8;
  const entryName = entry + 12;
  const bufferVtable = entryName + 4 + name.length;
  const buffer = bufferVtable + 8;
  // A buffer's data is aligned to 16 bytes, after its four-byte length.
  const data = Math.ceil((buffer + 8 + 4) / 16) * 16;
  const head = Math.ceil((data + added.length) / 16) * 16;

  const bytes = new Uint8Array(head + model.length);
  const view = new DataView(bytes.buffer);
  bytes.set(model, head);
  const u16 = (at, ...values) => {
    for (const [i, value] of values.entries()) view.setUint16(at + 2 * i, value, true);
  };
  const u32 = (at, ...values) => {
    for (const [i, value] of values.entries()) view.setUint32(at + 4 * i, value, true);
  };
  const point = (at, target) => u32(at, target - at);

  u32(0, root);
  bytes.set(new TextEncoder().encode('TFL3'), 4);
  u16(vtable, 4 + 2 * MODEL.length, 4 + 4 * MODEL.length);
  u32(root, root - vtable);
  const targets = { buffers, metadata };
  MODEL.forEach((field, i) => {
    const at = root + 4 + 4 * i;
    const kept = field in targets || fields[field] !== 0;
    u16(vtable + 4 + 2 * i, kept && field !== 'metadataBuffer' ? at - root : 0);
    if (field === 'version') u32(at, old.getUint32(fields.version, true));
    else if (field in targets) point(at, targets[field]);
    else if (kept) point(at, head + follow(fields[field]));
  });

  u32(buffers, count + 1);
  for (let i = 0; i < count; i++) point(buffers + 4 + 4 * i, head + follow(oldBuffers + 4 + 4 * i));
  point(buffers + 4 + 4 * count, buffer);

  u32(metadata, 1);
  point(metadata + 4, entry);
  u16(entryVtable, 8, 12, 4, 8);
  u32(entry, entry - entryVtable);
  point(entry + 4, entryName);
  u32(entry + 8, count);
  u32(entryName, name.length - 1);
  bytes.set(name, entryName + 4);

  u16(bufferVtable, 6, 8, 4);
  u32(buffer, buffer - bufferVtable);
  point(buffer + 4, data - 4);
  u32(data - 4, added.length);
  bytes.set(added, data);
  return bytes;
}

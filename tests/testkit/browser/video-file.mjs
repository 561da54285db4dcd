// Checks a video file for the fake camera: Chromium crashes on a file that it cannot read.

import { closeSync, openSync, readSync } from 'node:fs';
import { UserError } from '../../../scripts/cli/run.mjs';

/** Enough for the header of either format, including metadata before a JPEG's size. */
const HEAD_BYTES = 1 << 20;

function head(path) {
  let file;
  try {
    file = openSync(path, 'r');
    const bytes = Buffer.alloc(HEAD_BYTES);
    return bytes.subarray(0, readSync(file, bytes, 0, HEAD_BYTES, 0));
  } catch (error) {
    throw new UserError(error.code === 'ENOENT' ? `file not found: ${path}` : `cannot read ${path}: ${error.code}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function y4mSize(bytes) {
  const end = bytes.indexOf(0x0a);
  const header = bytes.subarray(0, Math.max(end, 0)).toString('latin1');
  const width = header.match(/ W(\d+)/);
  const height = header.match(/ H(\d+)/);
  return width && height && { width: Number(width[1]), height: Number(height[1]) };
}

/** Width and height from a JPEG's frame header (markers C0 to CF except C4, C8 and CC). */
function jpegSize(bytes) {
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes[at + 1];
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
  }
  return null;
}

/** Returns the width and height of a .y4m or .mjpeg video. Throws a `UserError` for any other file. */
export function videoSize(path) {
  const bytes = head(path);
  let size = null;
  if (path.endsWith('.y4m') && bytes.subarray(0, 10).toString('latin1') === 'YUV4MPEG2 ') size = y4mSize(bytes);
  else if (path.endsWith('.mjpeg') && bytes.length > 2 && bytes.readUInt16BE(0) === 0xffd8) size = jpegSize(bytes);
  else if (!/\.(y4m|mjpeg)$/.test(path)) throw new UserError(`${path}: Chromium plays only .y4m and .mjpeg files`);
  if (!size || size.width < 16 || size.height < 16) throw new UserError(`${path} is not a valid video of its type`);
  return size;
}

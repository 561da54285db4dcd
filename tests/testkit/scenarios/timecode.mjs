// Draws and reads a frame number in the picture: a column of black and white cells at the left edge of the middle
// square, where no face of a successful scenario reaches. The middle square survives cropping (Chromium crops a
// portrait video to a square when landscape is requested), and large cells survive JPEG and scaling.

/** Bits of the frame number. A white and a black cell precede it; a 4-bit checksum follows. */
const NUMBER_BITS = 12;
const CHECK_BITS = 4;
const CELLS = 2 + NUMBER_BITS + CHECK_BITS;

/** Position and size, as shares of the side of the middle square. */
const LEFT = 0.006;
const WIDTH = 0.034;
const TOP = 0.18;
const HEIGHT = 0.64 / CELLS;

/** The minimum difference between a white and a black cell (of 255). */
const MIN_CONTRAST = 60;

function checksum(number) {
  return ((number & 15) ^ ((number >> 4) & 15) ^ ((number >> 8) & 15) ^ 0b1010) & 15;
}

/** The cells' rectangles in a picture of this size, from top to bottom. */
function cells(width, height) {
  const side = Math.min(width, height);
  const left = (width - side) / 2 + LEFT * side;
  const top = (height - side) / 2 + TOP * side;
  return Array.from({ length: CELLS }, (_, i) => ({
    x: left,
    y: top + i * HEIGHT * side,
    width: WIDTH * side,
    height: HEIGHT * side,
  }));
}

/** Draws a frame number (0 to 4095) on a canvas. */
export function drawTimecode(context, width, height, number) {
  const code = (number << CHECK_BITS) | checksum(number);
  cells(width, height).forEach((cell, i) => {
    const bit = i < 2 ? i === 0 : (code >> (CELLS - 1 - i)) & 1;
    context.fillStyle = bit ? '#fff' : '#000';
    context.fillRect(cell.x, cell.y, cell.width, cell.height);
  });
}

/** The rectangle of the cells in a picture of this size, in even pixels, since cameras halve the chroma. */
export function timecodeRect(width, height) {
  const all = cells(width, height);
  const even = (value) => Math.floor(value / 2) * 2;
  const [first, last] = [all[0], all.at(-1)];
  const x = even(first.x);
  const y = even(first.y);
  return { x, y, width: even(first.x + first.width - x), height: even(last.y + last.height - y) };
}

/** Mean brightness in the middle of a cell, whose borders blur. */
function level(brightness, cell) {
  let sum = 0;
  let count = 0;
  for (let y = Math.ceil(cell.y + cell.height / 4); y < cell.y + (cell.height * 3) / 4; y++) {
    for (let x = Math.ceil(cell.x + cell.width / 4); x < cell.x + (cell.width * 3) / 4; x++) {
      sum += brightness(x, y);
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

/**
 * Reads the frame number of a picture.
 * @param {(x: number, y: number) => number} brightness 0 to 255 of a pixel; called only inside `timecodeRect`
 * @returns {number | null} null if there is no readable timecode
 */
export function readTimecode(width, height, brightness) {
  const levels = cells(width, height).map((cell) => level(brightness, cell));
  const [white, black, ...bits] = levels;
  if (!(white - black >= MIN_CONTRAST)) return null;
  const code = bits.reduce((value, bit) => (value << 1) | (bit > (white + black) / 2 ? 1 : 0), 0);
  const number = code >> CHECK_BITS;
  return (code & 15) === checksum(number) ? number : null;
}

/** Reads the frame number of RGBA pixels (an `ImageData`). */
export function readTimecodeOf({ data, width, height }) {
  return readTimecode(width, height, (x, y) => data[(y * width + x) * 4 + 1]);
}

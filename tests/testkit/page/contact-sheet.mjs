// Draws screenshots of a session as one picture.

import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts, loadImage } from '@napi-rs/canvas';

const COLUMNS = 8;
const MAX_CELLS = 48;
const CELL = 200;
const GAP = 8;
const LINE = 16;
const FONT = 'DejaVu Sans';

/** At most `count` of the items, evenly spaced, including the first and the last. */
function spread(items, count) {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.round((i * (items.length - 1)) / (count - 1))]);
}

/**
 * Draws pictures in rows, each with its lines of text below, as one JPEG.
 * @param {{image: Buffer, lines: string[]}[]} moments in chronological order
 */
export async function drawContactSheet(moments) {
  // The machine may have no fonts.
  GlobalFonts.registerFromPath(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'), FONT);
  const shown = spread(moments, MAX_CELLS);
  const images = await Promise.all(shown.map(({ image }) => loadImage(image)));
  const first = images[0] ?? { width: 1, height: 1 };
  const scale = CELL / Math.max(first.width, first.height);
  const [cellWidth, cellHeight] = [Math.max(first.width * scale, 150), first.height * scale];
  const captions = LINE * Math.max(1, ...shown.map(({ lines }) => lines.length)) + GAP;
  const columns = Math.min(COLUMNS, Math.max(1, shown.length));
  const rows = Math.max(1, Math.ceil(shown.length / columns));
  const canvas = createCanvas(
    Math.ceil(GAP + columns * (cellWidth + GAP)),
    Math.ceil(GAP + rows * (cellHeight + captions + GAP)),
  );
  const context = canvas.getContext('2d');
  context.fillStyle = '#1b1b1b';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.font = `${LINE - 4}px "${FONT}"`;
  context.textBaseline = 'top';
  context.fillStyle = '#eee';
  shown.forEach(({ lines }, i) => {
    const x = GAP + (i % columns) * (cellWidth + GAP);
    const y = GAP + Math.floor(i / columns) * (cellHeight + captions + GAP);
    const fit = Math.min(cellWidth / images[i].width, cellHeight / images[i].height);
    context.drawImage(images[i], x, y, images[i].width * fit, images[i].height * fit);
    lines.forEach((line, n) => {
      context.fillText(line, x, y + cellHeight + 4 + n * LINE, cellWidth);
    });
  });
  return canvas.encode('jpeg', 85);
}

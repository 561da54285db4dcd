// The chart of each product's brotli bytes, by kind.

import { barChart } from '../lib/bar-chart.mjs';

const PARTS = { scripts: ['js', 'css', 'worker'], wasm: ['wasm'], model: ['model'] };

const kilobytes = (bytes) => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;

function bytesOf(pieces, kinds) {
  const counted = pieces.filter(({ kind, brotli }) => kinds.includes(kind) && brotli !== undefined);
  return counted.reduce((sum, { brotli }) => sum + brotli, 0);
}

/** Returns the chart as SVG. `products`: each `{name, pieces}` */
export function chart(products) {
  const rows = products.map(({ name, pieces }) => {
    const values = Object.fromEntries(Object.entries(PARTS).map(([part, kinds]) => [part, bytesOf(pieces, kinds)]));
    const total = Object.values(values).reduce((sum, bytes) => sum + bytes, 0);
    const isWhole = pieces.every(({ brotli }) => brotli !== undefined);
    return { name, values, text: `${kilobytes(total)}${isWhole ? '' : ' + model'}` };
  });
  return barChart({
    title: 'What a visitor downloads, compressed by brotli',
    description: rows.map(({ name, text }) => `${name}: ${text}`).join(', '),
    parts: Object.fromEntries(Object.keys(PARTS).map((part) => [part, part])),
    rows,
  });
}

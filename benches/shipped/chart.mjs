// Draws a bar chart of each product's brotli bytes, by kind.

const PARTS = { scripts: ['js', 'css', 'worker'], wasm: ['wasm'], model: ['model'] };
const WIDTH = 720;
const LEFT = 230;
const BAR = 360;
const ROW = 34;
const TOP = 62;

// The card has its own background, so that it is readable on any page.
const STYLE = `
    .card { fill: #fff } text { fill: #1c2733; font: 13px system-ui, sans-serif } .title { font-weight: 600 }
    .scripts { fill: #b7791f } .wasm { fill: #0f7d62 } .model { fill: #5a67d8 }
    @media (prefers-color-scheme: dark) {
      .card { fill: #14202b } text { fill: #e4ecf1 }
      .scripts { fill: #f0b429 } .wasm { fill: #1fb893 } .model { fill: #8c9eff }
    }`;

const kilobytes = (bytes) => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;
const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function bytesOf(pieces, kinds) {
  const counted = pieces.filter(({ kind, brotli }) => kinds.includes(kind) && brotli !== undefined);
  return counted.reduce((sum, { brotli }) => sum + brotli, 0);
}

/** Returns the chart as SVG. `products`: each `{name, pieces}` */
export function chart(products) {
  const bars = products.map(({ name, pieces }) => {
    const parts = Object.entries(PARTS).map(([part, kinds]) => ({ part, bytes: bytesOf(pieces, kinds) }));
    const isWhole = pieces.every(({ brotli }) => brotli !== undefined);
    return { name, parts, isWhole, total: parts.reduce((sum, { bytes }) => sum + bytes, 0) };
  });
  const scale = BAR / Math.max(...bars.map(({ total }) => total));
  const rows = bars.map(({ name, parts, isWhole, total }, index) => {
    const y = TOP + index * ROW;
    let x = LEFT;
    const drawn = parts.map(({ part, bytes }) => {
      const rect = `<rect class="${part}" x="${x.toFixed(1)}" y="${y}" width="${(bytes * scale).toFixed(1)}" height="20"/>`;
      x += bytes * scale;
      return rect;
    });
    const caption = `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${escapeXml(name)}</text>`;
    const value = `<text x="${(x + 8).toFixed(1)}" y="${y + 15}">${kilobytes(total)}${isWhole ? '' : ' + model'}</text>`;
    return `  ${caption}${drawn.join('')}${value}`;
  });
  const legend = Object.keys(PARTS).map(
    (part, index) =>
      `  <rect class="${part}" x="${LEFT + index * 90}" y="34" width="12" height="12"/>` +
      `<text x="${LEFT + 18 + index * 90}" y="45">${part}</text>`,
  );
  const height = TOP + products.length * ROW + 8;
  const label = bars.map(({ name, total }) => `${name} ${kilobytes(total)}`).join(', ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${escapeXml(label)}">
  <style>${STYLE}
  </style>
  <rect class="card" width="${WIDTH}" height="${height}" rx="10"/>
  <text class="title" x="${LEFT}" y="22">What a visitor downloads, compressed by brotli</text>
${legend.join('\n')}
${rows.join('\n')}
</svg>
`;
}

// Draws horizontal bars as SVG, for the documents.

const WIDTH = 720;
const LEFT = 230;
const BAR = 360;
const ROW = 34;
const TOP = 62;
const LEGEND = 150;

/** The colours of the parts in the light and the dark theme. */
const COLOURS = [
  ['#b7791f', '#f0b429'],
  ['#0f7d62', '#1fb893'],
  ['#5a67d8', '#8c9eff'],
];

const escapeXml = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** The card has its own background, so that it is readable on any page. */
function style(names) {
  const fill = (theme) => names.map((name, i) => `.${name} { fill: ${COLOURS[i][theme]} }`).join(' ');
  return `
    .card { fill: #fff } text { fill: #1c2733; font: 13px system-ui, sans-serif } .title { font-weight: 600 }
    ${fill(0)}
    @media (prefers-color-scheme: dark) {
      .card { fill: #14202b } text { fill: #e4ecf1 }
      ${fill(1)}
    }`;
}

/**
 * Returns the chart.
 * @param {{title: string, description: string, parts: Record<string, string>, rows: {name: string, values:
 *   Record<string, number>, text: string}[]}} chart `description`: the same figures as text, for screen readers;
 *   `parts`: the labels of the legend by the names of the parts; `rows`: one bar each, from its parts' values
 */
export function barChart({ title, description, parts, rows }) {
  const names = Object.keys(parts);
  const total = ({ values }) => names.reduce((sum, name) => sum + (values[name] ?? 0), 0);
  const scale = BAR / Math.max(...rows.map(total));
  const drawn = rows.map((row, index) => {
    const y = TOP + index * ROW;
    let x = LEFT;
    const bars = names.map((name) => {
      const width = (row.values[name] ?? 0) * scale;
      const rect = `<rect class="${name}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="20"/>`;
      x += width;
      return rect;
    });
    const caption = `<text x="${LEFT - 10}" y="${y + 15}" text-anchor="end">${escapeXml(row.name)}</text>`;
    return `  ${caption}${bars.join('')}<text x="${(x + 8).toFixed(1)}" y="${y + 15}">${escapeXml(row.text)}</text>`;
  });
  const legend = names.map((name, index) => {
    const x = LEFT + index * LEGEND;
    const label = `<text x="${x + 18}" y="45">${escapeXml(parts[name])}</text>`;
    return `  <rect class="${name}" x="${x}" y="34" width="12" height="12"/>${label}`;
  });
  const height = TOP + rows.length * ROW + 8;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title description">
  <title id="title">${escapeXml(title)}</title>
  <desc id="description">${escapeXml(description)}</desc>
  <style>${style(names)}
  </style>
  <rect class="card" width="${WIDTH}" height="${height}" rx="10"/>
  <text class="title" x="${LEFT}" y="22">${escapeXml(title)}</text>
${legend.join('\n')}
${drawn.join('\n')}
</svg>
`;
}

// npm run shipped: compares the bytes that nearfar and similar packages send to a browser. See its --help.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, packageVersion } from '../scripts/build/package.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { log, main, root, UserError } from '../scripts/cli/run.mjs';
import { installNpmPackages } from '../scripts/setup/npm-packages.mjs';
import { writeDocs } from './lib/docs.mjs';
import { number, table } from './lib/report.mjs';
import { chart } from './shipped/chart.mjs';
import { installPackage } from './shipped/fetch.mjs';
import { nearfarPackage } from './shipped/nearfar.mjs';
import { PRODUCTS } from './shipped/products.mjs';

const COMMAND = {
  name: 'npm run shipped',
  summary:
    'Adds up the bytes that an application sends to a browser with nearfar and with similar packages, from their npm\n' +
    'tarballs. Our own package must be built (npm run package).',
  options: { docs: { help: 'Writes the figures to docs/COMPARISON.md and the chart to docs/comparison.svg' } },
};
const ENCODINGS = ['raw', 'gzip', 'brotli'];

/** Our own package, as last built. */
async function nearfarProduct() {
  if (!existsSync(PACKAGE)) throw new UserError('nearfar is not built: npm run package');
  return { name: `nearfar ${packageVersion()}`, pieces: await nearfarPackage(PACKAGE) };
}

/** Another product's pieces; none if the registry does not have it. */
async function otherProduct({ name, spec, pieces }) {
  log(`adding up ${spec}`);
  try {
    return { name: `${name} ${spec.split('@').at(-1)}`, pieces: await pieces(await installPackage(spec)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    log(error.message);
    return { name: `${spec}: not available here`, pieces: [] };
  }
}

const isKnown = ({ raw }) => raw !== undefined;
const sum = (pieces, encoding) => pieces.filter(isKnown).reduce((total, piece) => total + piece[encoding], 0);

function totals(products) {
  const least = sum(products[0].pieces, 'brotli');
  const rows = products.map(({ name, pieces }) => {
    const mark = pieces.every(isKnown) ? '' : ' *';
    return [
      `${name}${mark}`,
      ...ENCODINGS.map((encoding) => sum(pieces, encoding)),
      number(sum(pieces, 'brotli') / least, 1),
    ];
  });
  return table('Total', ['bytes', ...ENCODINGS, 'brotli, times nearfar'], rows);
}

function details({ name, pieces }) {
  const rows = pieces.map((piece) => {
    const label = `${piece.kind}: ${piece.name}${piece.host ? ` (from ${piece.host})` : ''}`;
    return [label, ...ENCODINGS.map((encoding) => piece[encoding] ?? '?')];
  });
  return table(name, ['bytes', ...ENCODINGS], rows);
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  await installNpmPackages();
  const products = [await nearfarProduct()];
  for (const product of PRODUCTS) products.push(await otherProduct(product));
  const figures = [totals(products), ...products.map(details)].join('\n');
  console.log(figures);
  if (!values.docs) return;
  const date = new Date().toISOString().slice(0, 10);
  writeDocs('shipped', `Measured on ${date}. \`*\`: plus files of unknown size, see below.`, figures, 'COMPARISON.md');
  writeFileSync(join(root, 'docs', 'comparison.svg'), chart(products.filter(({ pieces }) => pieces.length > 0)));
});

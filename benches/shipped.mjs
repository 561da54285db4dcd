// npm run shipped: what one sends to a browser with nearfar and with packages like it. See its --help.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE, packageVersion } from '../scripts/build/package.mjs';
import { readArguments } from '../scripts/cli/command.mjs';
import { main, root, say, UserError } from '../scripts/cli/run.mjs';
import { npmPackages } from '../scripts/setup/npm-packages.mjs';
import { writeDocs } from './lib/docs.mjs';
import { number, table } from './lib/report.mjs';
import { chart } from './shipped/chart.mjs';
import { installed } from './shipped/fetch.mjs';
import { nearfarPackage } from './shipped/nearfar.mjs';
import { PRODUCTS } from './shipped/products.mjs';

const COMMAND = {
  name: 'npm run shipped',
  summary:
    'Sums up the bytes that an application sends to a browser with nearfar and with packages like it, from their npm\n' +
    'tarballs. Our own package has to be built (npm run package).',
  options: { docs: { help: 'Puts the figures into docs/COMPARISON.md and draws docs/comparison.svg' } },
};
const WAYS = ['raw', 'gzip', 'brotli'];

/** Our own package as it was built last. */
async function ours() {
  if (!existsSync(PACKAGE)) throw new UserError('nearfar is not built: npm run package');
  return { name: `nearfar ${packageVersion()}`, pieces: await nearfarPackage(PACKAGE) };
}

/** A product's pieces; none where the registry does not have it. */
async function theirs({ name, spec, pieces }) {
  say(`summing up ${spec}`);
  try {
    return { name: `${name} ${spec.split('@').at(-1)}`, pieces: await pieces(await installed(spec)) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    say(error.message);
    return { name: `${spec}: not to be had here`, pieces: [] };
  }
}

const isKnown = ({ raw }) => raw !== undefined;
const sum = (pieces, way) => pieces.filter(isKnown).reduce((total, piece) => total + piece[way], 0);

function totals(products) {
  const least = sum(products[0].pieces, 'brotli');
  const rows = products.map(({ name, pieces }) => {
    const mark = pieces.every(isKnown) ? '' : ' *';
    return [`${name}${mark}`, ...WAYS.map((way) => sum(pieces, way)), number(sum(pieces, 'brotli') / least, 1)];
  });
  return table('Total', ['bytes', ...WAYS, 'brotli, times nearfar'], rows);
}

function details({ name, pieces }) {
  const rows = pieces.map((piece) => {
    const label = `${piece.kind}: ${piece.name}${piece.host ? ` (from ${piece.host})` : ''}`;
    return [label, ...WAYS.map((way) => piece[way] ?? '?')];
  });
  return table(name, ['bytes', ...WAYS], rows);
}

await main(async () => {
  const { values } = readArguments(COMMAND);
  await npmPackages();
  const products = [await ours()];
  for (const product of PRODUCTS) products.push(await theirs(product));
  const figures = [totals(products), ...products.map(details)].join('\n');
  console.log(figures);
  if (!values.docs) return;
  const date = new Date().toISOString().slice(0, 10);
  writeDocs('shipped', `Measured on ${date}. \`*\`: plus files of unknown size, see below.`, figures, 'COMPARISON.md');
  writeFileSync(join(root, 'docs', 'comparison.svg'), chart(products.filter(({ pieces }) => pieces.length > 0)));
});

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EsbuildPlugin } from 'esbuild-loader';
import HtmlPlugin from 'html-webpack-plugin';
import CssExtractPlugin from 'mini-css-extract-plugin';
import webpack from 'webpack';
import { syntaxTargets } from './scripts/build/browser-targets.mjs';
import { PAGE_WORKER } from './scripts/build/worker.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const target = syntaxTargets();
const { model } = JSON.parse(readFileSync(join(root, 'pkg', 'assets.json'), 'utf8'));

export default {
  mode: 'production',
  context: root,
  entry: { page: './www/src/main.ts' },
  output: {
    path: join(root, 'dist'),
    filename: '[name].[contenthash:8].js',
    chunkFilename: '[name].[contenthash:8].js',
    // A chunk that does not load in time is requested again: www/src/lib/chunks.ts.
    chunkLoadTimeout: 30_000,
    // The engine's wasm and the model. Their names in pkg/assets.js contain hashes.
    assetModuleFilename: 'assets/[name][ext]',
    // The page works in any folder.
    publicPath: 'auto',
    // The documentation site is built by scripts/build/site.mjs.
    clean: { keep: /^docs(?:[\\/]|$)/ },
  },
  devtool: 'source-map',
  resolve: {
    extensions: ['.ts', '.js'],
    extensionAlias: { '.js': ['.ts', '.js'] },
    // The texts are parsed when the page is built: texts-loader.mjs.
    alias: { '@formatjs/icu-messageformat-parser$': '@formatjs/icu-messageformat-parser/no-parser.js' },
  },
  module: {
    rules: [
      {
        test: /\.ts$/,
        oneOf: [
          {
            resourceQuery: /css/,
            type: 'asset/resource',
            generator: { filename: 'journey.[contenthash:8].css' },
            loader: join(root, 'scripts', 'build', 'stylesheet-loader.mjs'),
          },
          {
            resourceQuery: /document/,
            use: [CssExtractPlugin.loader, 'css-loader', join(root, 'scripts', 'build', 'stylesheet-loader.mjs')],
          },
          { loader: 'esbuild-loader', options: { target } },
        ],
      },
      { test: /[\\/]locales[\\/]\w+\.json$/, loader: join(root, 'scripts', 'build', 'texts-loader.mjs') },
      // Addressed by its URL, as in the package, so that a blob can import it.
      { test: PAGE_WORKER, type: 'asset/resource', generator: { filename: 'worker.[contenthash:8].js' } },
      { test: /\.css$/, use: [CssExtractPlugin.loader, 'css-loader'] },
    ],
  },
  optimization: {
    chunkIds: 'named',
    // One script for the journey and one for the demo: every request costs a visitor headers and, before the page can
    // send the next one, time.
    splitChunks: false,
    minimizer: [new EsbuildPlugin({ target, css: true, charset: 'utf8' })],
  },
  performance: { hints: false },
  plugins: [
    new webpack.NormalModuleReplacementPlugin(/^\.\/worker\.js$/, PAGE_WORKER),
    new HtmlPlugin({
      template: './www/index.html',
      scriptLoading: 'module',
      templateParameters: { model: `assets/${model.file}` },
    }),
    new CssExtractPlugin({ filename: '[name].[contenthash:8].css' }),
  ],
};

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import CopyPlugin from 'copy-webpack-plugin';
import { EsbuildPlugin } from 'esbuild-loader';
import HtmlPlugin from 'html-webpack-plugin';
import CssExtractPlugin from 'mini-css-extract-plugin';

const root = dirname(fileURLToPath(import.meta.url));
const target = 'es2022';

// The engine's wasm and the model are files of their own, under names that pkg/assets.json tells the page:
// the page fetches and checks them itself, so webpack must not bundle them.
const assets = JSON.parse(readFileSync(join(root, 'pkg', 'assets.json'), 'utf8'));
const copies = [assets.model, ...Object.values(assets.builds)].map(({ file, url }) => ({ from: file, to: url }));

export default {
  mode: 'production',
  context: root,
  entry: { page: './www/src/main.ts' },
  output: {
    path: join(root, 'dist'),
    filename: '[name].[contenthash:8].js',
    chunkFilename: '[name].[contenthash:8].js',
    // Any folder may hold the page.
    publicPath: 'auto',
    clean: true,
  },
  devtool: 'source-map',
  resolve: { extensions: ['.ts', '.js'], extensionAlias: { '.js': ['.ts', '.js'] } },
  module: {
    rules: [
      { test: /\.ts$/, loader: 'esbuild-loader', options: { target } },
      { test: /\.css$/, use: [CssExtractPlugin.loader, 'css-loader'] },
    ],
  },
  optimization: { chunkIds: 'named', minimizer: [new EsbuildPlugin({ target, css: true })] },
  performance: { hints: false },
  plugins: [
    new HtmlPlugin({ template: './www/index.html', scriptLoading: 'module' }),
    new CssExtractPlugin({ filename: '[name].[contenthash:8].css' }),
    new CopyPlugin({ patterns: copies }),
  ],
};

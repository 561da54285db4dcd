// For webpack: a module that exports `sheets`, style sheets of Lit, as one file of CSS.

/** Runs the module and joins its sheets. */
export default async function sheetLoader() {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [this.resourcePath],
    bundle: true,
    format: 'esm',
    // Lit has a build that needs no browser.
    platform: 'node',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  for (const path of Object.keys(metafile.inputs)) this.addDependency(path);
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const { sheets } = await import(`data:text/javascript;base64,${code}`);
  return sheets.map(({ cssText }) => cssText).join('\n');
}

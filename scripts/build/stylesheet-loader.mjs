// A webpack loader that joins the Lit style sheets that a module exports into one CSS file.

/** Runs the module and joins its style sheets. */
export default async function stylesheetLoader() {
  const { build } = await import('esbuild');
  const { outputFiles, metafile } = await build({
    entryPoints: [this.resourcePath],
    bundle: true,
    format: 'esm',
    // Lit's build for Node needs no browser.
    platform: 'node',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  for (const path of Object.keys(metafile.inputs)) this.addDependency(path);
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  const styleSheets = await import(`data:text/javascript;base64,${code}`);
  return Object.values(styleSheets)
    .flat()
    .map(({ cssText }) => cssText)
    .join('\n');
}

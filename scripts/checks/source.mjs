// Checks of the sources that run nothing: format, spelling, Markdown, workflows, and the types of the page.

import { run } from '../cli/run.mjs';
import { pythonTool } from '../setup/python.mjs';
import { rustTool } from '../setup/rust-tools.mjs';

/** rustfmt and biome. */
export async function formatted() {
  await run('cargo', ['fmt', '--all', '--check']);
  await run('node_modules/.bin/biome', ['ci', '--error-on-warnings']);
}

/** Spelling; format, relative links and anchors of Markdown files; security of the workflows. */
export async function proofread() {
  await run(await rustTool('typos'), []);
  await run(await rustTool('rumdl'), ['check', '--no-cache', '.']);
  await run(await rustTool('zizmor'), ['--offline', '--quiet', '.github']);
}

/** The form of what GitHub reads in .github, by its JSON schemas. */
export async function githubFiles() {
  const schemas = {
    'github-workflows': ['.github/workflows/ci.yml', '.github/workflows/fuzz.yml', '.github/workflows/release.yml'],
    dependabot: ['.github/dependabot.yml'],
    'github-issue-forms': ['.github/ISSUE_TEMPLATE/bug_report.yml', '.github/ISSUE_TEMPLATE/feature_request.yml'],
    'github-issue-config': ['.github/ISSUE_TEMPLATE/config.yml'],
  };
  for (const [schema, files] of Object.entries(schemas))
    await run(pythonTool('check-jsonschema'), ['--builtin-schema', `vendor.${schema}`, ...files]);
}

/** The types of the page, which take those of the glue under `pkg/`. */
export function typed() {
  return run('node_modules/.bin/tsc', ['--noEmit']);
}

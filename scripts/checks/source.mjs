// Checks the sources without running them: format, spelling, Markdown, workflows, and the types of the page.

import { run } from '../cli/run.mjs';
import { pythonToolPath } from '../setup/python.mjs';
import { ensureRustTool } from '../setup/rust-tools.mjs';

/** Runs rustfmt and biome. */
export async function checkFormat() {
  await run('cargo', ['fmt', '--all', '--check']);
  await run('node_modules/.bin/biome', ['ci', '--error-on-warnings']);
}

/** Checks spelling, the format, relative links and anchors of Markdown files, and the security of the workflows. */
export async function checkProse() {
  await run(await ensureRustTool('typos'), []);
  await run(await ensureRustTool('rumdl'), ['check', '--no-cache', '.']);
  await run(await ensureRustTool('zizmor'), ['--offline', '--quiet', '.github']);
}

/** Checks GitHub's files in .github by their JSON schemas. */
export async function checkGithubFiles() {
  const schemas = {
    'github-workflows': ['.github/workflows/ci.yml', '.github/workflows/fuzz.yml', '.github/workflows/release.yml'],
    dependabot: ['.github/dependabot.yml'],
    'github-issue-forms': ['.github/ISSUE_TEMPLATE/bug_report.yml', '.github/ISSUE_TEMPLATE/feature_request.yml'],
    'github-issue-config': ['.github/ISSUE_TEMPLATE/config.yml'],
  };
  for (const [schema, files] of Object.entries(schemas))
    await run(pythonToolPath('check-jsonschema'), ['--builtin-schema', `vendor.${schema}`, ...files]);
}

/** Checks the types of the page, which depend on those of the glue in `pkg/`. */
export function checkTypes() {
  return run('node_modules/.bin/tsc', ['--noEmit']);
}

// The pages of the documentation site, by what a reader wants. Every document of docs/ has a page.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../cli/run.mjs';

/**
 * @typedef {object} PageEntry
 * @property {string} source the Markdown file, from the root
 * @property {string} title the title in the navigation
 * @property {string} [hint] what the reader finds, for the first page
 * @property {string} [slug] the folder of its address; by default the file's name in lower case
 */

/** A page from docs/. */
const doc = (name, title, hint) => ({ source: `docs/${name}.md`, title, hint });

/** Pages that are not rendered from one Markdown file. Their templates are in www/docs/templates. */
export const SPECIAL = {
  playground: { title: 'Playground', hint: 'Try every attribute and every field of ConfigureUI, and copy the code' },
  api: { title: 'API reference', hint: 'Every call of the service, from its OpenAPI document' },
};
const special = (slug) => ({ slug, ...SPECIAL[slug] });

/** The files of a folder of docs/, each as a page below that of its README. */
function folder(name, title, hint) {
  const names = readdirSync(join(root, 'docs', name)).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const children = names.sort().map((file) => {
    const source = `docs/${name}/${file}`;
    const [, heading] = /^# (.+)$/m.exec(readFileSync(join(root, source), 'utf8')) ?? [];
    return {
      source,
      title: (heading ?? file).replaceAll('`', ''),
      slug: `${name}/${file.slice(0, -'.md'.length).toLowerCase()}`,
    };
  });
  return { source: `docs/${name}/README.md`, title, hint, slug: name, children };
}

/** The sections of the navigation. A document that does not exist yet is left out; a test reports it. */
const SECTIONS = [
  {
    title: 'Get started',
    pages: [
      { source: 'README.md', title: 'Overview', hint: 'What nearfar is, and what a result proves', slug: 'overview' },
      doc('START', 'Five-minute start', 'From a clone to a first verdict'),
      doc('EMBED', 'Embed the check', 'HTML, React, Vue, Svelte, Angular, Next, Nuxt and web views'),
      doc('BACKENDS', 'Call it from your back end', 'Node, Python, Java, PHP, Go and C#'),
      special('playground'),
      doc('MIGRATION', 'Migrate from the H5 SDK', 'What changes, and what stays'),
    ],
  },
  {
    title: 'Integrate',
    pages: [
      doc('INTEGRATION', 'Show the page, read the result', 'Verdicts, frames, return URLs, apps and test accounts'),
      {
        source: 'pkg-template/README.md',
        title: 'The npm package',
        hint: 'Element, headless core, detector',
        slug: 'package',
      },
      special('api'),
      doc('ERRORS', 'Errors', 'Every code, and what to do'),
      doc('WEBHOOKS', 'Webhooks', 'Signed events of every session'),
      doc('SESSIONS-API', 'Sessions and statistics', 'List, search and count sessions'),
      doc('ACCOUNTS', 'Accounts and levels', 'Test accounts, settings and levels'),
      doc('TESTING', 'Test your integration', 'A fake camera, scenarios and test accounts'),
      doc('CONTRACT', 'The contract', 'Every row of the API’s contract and its test'),
    ],
  },
  {
    title: 'Design',
    pages: [
      doc('THEMING', 'Theming', 'Colours, corners, texts and pictures'),
      doc('LANGUAGES', 'Languages', '22 languages, your own texts, right to left'),
      doc('PAGE', 'The page', 'What the person sees, step by step'),
      folder('screens', 'Screens', 'Pictures of every screen'),
      doc('ACCESSIBILITY', 'Accessibility', 'What works with which tool, and what does not'),
    ],
  },
  {
    title: 'Operate',
    pages: [
      doc('OPERATING', 'Operate the service', 'Every task of an operator, as one script'),
      doc('SERVER', 'The service', 'Options, settings, levels and commands'),
      doc('DEPLOYMENT', 'Deployment', 'Image, compose, Kubernetes and systemd'),
      doc('KEYS-AND-BACKUPS', 'Keys and backups', 'Rotate keys, back up and restore'),
      doc('CONSOLE', 'The console', 'Operators, reviews and the audit log'),
      doc('OBSERVABILITY', 'Observability', 'Metrics, dashboards, alerts and traces'),
      doc('FAILURES', 'Failures', 'What happens when something breaks'),
      doc('PERFORMANCE', 'Performance', 'Times, sizes and load, as measured'),
    ],
  },
  {
    title: 'Trust',
    pages: [
      doc('SCORE', 'The score', 'Every check, and what a score is worth'),
      doc('LIVENESS', 'Liveness and its limits', 'Error rates, and what they do not show'),
      doc('PAD', 'Attack detection networks', 'Bring networks of your own'),
      doc('THREATS', 'Threat model', 'Attackers, attacks and mitigations'),
      doc('PRIVACY', 'Privacy', 'What is stored, where, and for how long'),
      doc('STUDY', 'Run a study', 'Measure error rates on your own people'),
      { source: 'SECURITY.md', title: 'Report a problem', hint: 'Security problems, in private' },
    ],
  },
  {
    title: 'Help',
    pages: [
      doc('TROUBLESHOOTING', 'Troubleshooting', 'Symptoms, causes and cures'),
      doc('FAQ', 'Questions', 'Short answers to frequent questions'),
      doc('GLOSSARY', 'Glossary', 'The terms that these pages use'),
      { source: 'CHANGELOG.md', title: 'Change log', hint: 'What changed for users' },
    ],
  },
  {
    title: 'Internals',
    pages: [
      doc('ARCHITECTURE', 'Architecture', 'Where code belongs'),
      doc('SESSION', 'The state machine', 'Stages, checks and thresholds'),
      doc('FRAMES', 'Frames', 'Which frame is kept, and why'),
      doc('FACE-NETWORK', 'The face network', 'Covers, pose and open eyes'),
      doc('SEALING', 'Sealed uploads', 'The format of an upload'),
      doc('CAPTURE-RECORD', 'Capture records', 'The signed file of an attempt'),
      { ...doc('PACKAGE', 'How the package is built', 'Bundles, files and sizes'), slug: 'package-build' },
      doc('COMPARISON', 'Comparison', 'Beside other face detectors'),
      doc('RELEASE', 'Releases', 'What a version number covers'),
      folder('decisions', 'Decisions', 'Why the parts are as they are'),
      folder('glossaries', 'Translators’ glossaries', 'Terms of each language'),
      { source: 'CONTRIBUTING.md', title: 'Contribute', hint: 'Set-up, checks and terms' },
    ],
  },
];

const baseName = (source) => source.split('/').at(-1).slice(0, -'.md'.length);

/** The entry with its address from the site's root: `server/`. */
function addressed(entry) {
  const slug = entry.slug ?? baseName(entry.source).toLowerCase();
  return { ...entry, url: `${slug}/`, children: (entry.children ?? []).map(addressed) };
}

const exists = ({ source }) => source === undefined || existsSync(join(root, source));

/** The sections with their pages, without documents that do not exist. */
export function sections() {
  return SECTIONS.map(({ title, pages }) => ({ title, pages: pages.filter(exists).map(addressed) })).filter(
    ({ pages }) => pages.length > 0,
  );
}

/** Every page in the order of the navigation, each with the title of its section. */
export function allPages() {
  return sections().flatMap(({ title, pages }) =>
    pages.flatMap((page) => [page, ...page.children]).map((page) => ({ ...page, section: title })),
  );
}

/** The documents that the navigation names, whether they exist or not. */
export function namedSources() {
  return SECTIONS.flatMap(({ pages }) => pages)
    .flatMap((page) => [page, ...(page.children ?? [])])
    .flatMap(({ source }) => source ?? []);
}

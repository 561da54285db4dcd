// Generates the custom-elements manifest of <nearfar-liveness> from the TypeScript sources: the class and its JSDoc
// tags, the interface of its attributes, and that of its events.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../cli/run.mjs';

const SOURCES = ['element', 'liveness', 'attributes', 'liveness-events'].map((name) => `www/src/npm/${name}.ts`);
/** The entry of the package that defines the element. */
const ENTRY = 'dist/element.js';
const TAG = 'nearfar-liveness';
/** The public methods; all others belong to the journey or to Lit. */
const METHODS = ['restart', 'destroy'];

/** A plugin that collects the members of the exported interfaces, each with its type and description. */
function interfaces(found) {
  return {
    name: 'nearfar-interfaces',
    collectPhase({ ts, node }) {
      if (!ts.isInterfaceDeclaration(node)) return;
      const members = node.members.filter(ts.isPropertySignature).map((member) => ({
        name: member.name.text,
        type: member.type.getText().replace(/\s+/g, ' '),
        description: member.jsDoc?.[0]?.comment?.replace(/\s+/g, ' ') ?? '',
      }));
      found.set(node.name.text, members);
    },
  };
}

const kebabCase = (name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function requireInterface(found, name) {
  const members = found.get(name);
  if (!members) throw new Error(`there is no interface ${name} in ${SOURCES.join(', ')}`);
  return members;
}

function requireDeclaration(modules, name) {
  const declaration = modules.flatMap(({ declarations }) => declarations).find((known) => known.name === name);
  if (!declaration) throw new Error(`there is no declaration ${name} in ${SOURCES.join(', ')}`);
  return declaration;
}

/** The manifest, following the schema of the `custom-elements-manifest` package. */
export async function elementManifest() {
  const { create, ts } = await import('@custom-elements-manifest/analyzer');
  const found = new Map();
  const modules = SOURCES.map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  });
  const analyzed = create({ modules, plugins: [interfaces(found)] });
  const element = requireDeclaration(analyzed.modules, 'NearfarLiveness');
  const define = requireDeclaration(analyzed.modules, 'defineElement');
  const properties = requireInterface(found, 'Attributes').map(({ name, type, description }) => ({
    kind: 'field',
    name,
    type: { text: type },
    description,
    attribute: kebabCase(name),
  }));
  const members = [
    ...properties,
    ...element.members.filter(({ name }) => METHODS.includes(name)),
    ...element.members.filter(({ kind, name }) => kind === 'field' && name === 'version'),
  ];
  const declaration = {
    kind: 'class',
    customElement: true,
    name: element.name,
    tagName: TAG,
    description: element.description,
    superclass: { name: 'LitElement', package: 'lit' },
    attributes: properties.map(({ attribute, name, type, description }) => ({
      name: attribute,
      fieldName: name,
      type,
      description,
    })),
    members: members.map(({ attribute, ...member }) => ({
      ...member,
      ...(attribute && { attribute }),
      ...(attribute === 'theme' && { reflects: true }),
    })),
    events: requireInterface(found, 'LivenessEvents').map(({ name, description }) => ({
      name,
      type: { text: `CustomEvent<LivenessEvents['${name}']>` },
      description,
    })),
    slots: element.slots ?? [],
    cssParts: element.cssParts ?? [],
    cssProperties: element.cssProperties ?? [],
  };
  const reference = (name) => ({ name, module: ENTRY });
  return {
    schemaVersion: '1.0.0',
    modules: [
      {
        kind: 'javascript-module',
        path: ENTRY,
        declarations: [declaration, define],
        exports: [
          { kind: 'js', name: define.name, declaration: reference(define.name) },
          { kind: 'custom-element-definition', name: TAG, declaration: reference(element.name) },
        ],
      },
    ],
  };
}

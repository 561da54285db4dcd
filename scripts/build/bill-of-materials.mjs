// Writes the software bill of materials of a deployment, in the format CycloneDX 1.6.

import { createHash } from 'node:crypto';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import parseExpression from 'spdx-expression-parse';
import { keyOf } from './shipped-packages.mjs';

const LICENSES = new Contrib.License.Factories.LicenseFactory(parseExpression);

/** A package URL, as scanners match it with advisories: `pkg:cargo/serde@1.0.229`. */
export function packageUrl({ kind, name, version }) {
  const path = name.split('/').map(encodeURIComponent).join('/');
  const [namespace, query] = kind === 'deb' ? ['debian/', '?distro=trixie'] : ['', ''];
  return `pkg:${kind}/${namespace}${path}@${encodeURIComponent(version)}${query}`;
}

/** @param {import('./shipped-packages.mjs').Package} found */
function component(found) {
  const { name, version, description, licenses, homepage, hash, ours } = found;
  const each = new Models.Component(Enums.ComponentType.Library, name, {
    bomRef: keyOf(found),
    version,
    description,
    // The repository's own crates are in no registry.
    purl: ours ? undefined : packageUrl(found),
  });
  // Debian's short names are no SPDX expressions, and a package has several.
  for (const license of licenses)
    each.licenses.add(found.kind === 'deb' ? new Models.NamedLicense(license) : LICENSES.makeFromString(license));
  if (hash) each.hashes.set(hash.algorithm, hash.hex);
  if (homepage?.startsWith('https://'))
    each.externalReferences.add(new Models.ExternalReference(homepage, Enums.ExternalReferenceType.Website));
  return each;
}

/** A UUID of the contents: the same packages get the same one. */
function serialNumber(text) {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16], 16) & 3) | 8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The bill of materials as JSON.
 * @param {import('./shipped-packages.mjs').Package[]} packages
 * @param {{version: string, revision: string}} of nearfar's version and commit
 */
export function billOfMaterials(packages, { version, revision }) {
  const application = new Models.Component(Enums.ComponentType.Application, 'nearfar', {
    bomRef: 'nearfar',
    version,
    description: 'Face-liveness check for the web: service, page and scorer',
  });
  application.licenses.add(LICENSES.makeFromString('MIT OR Apache-2.0'));
  application.properties.add(new Models.Property('nearfar:revision', revision));
  const bom = new Models.Bom({ metadata: new Models.Metadata({ component: application }) });
  const all = new Map(packages.map((found) => [keyOf(found), component(found)]));
  const used = new Set(packages.flatMap(({ uses }) => uses));
  for (const found of packages) {
    const each = all.get(keyOf(found));
    for (const key of found.uses) each.dependencies.add(all.get(key).bomRef);
    if (!used.has(keyOf(found))) application.dependencies.add(each.bomRef);
    bom.components.add(each);
  }
  bom.serialNumber = serialNumber(JSON.stringify([version, revision, packages.map(keyOf)]));
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

// Splits the pages into sections, which the site's search indexes in the browser.

import { plainText } from './markdown.mjs';

/**
 * The sections of a document, each with its heading, the anchor of the heading and its text, code included.
 * @param tokens markdown-it's
 */
export function documentSections(tokens) {
  const sections = [];
  let title = '';
  tokens.forEach((token, index) => {
    if (token.type === 'heading_open') {
      const heading = plainText(tokens[index + 1]);
      if (token.tag === 'h1') title = heading;
      sections.push({ heading, anchor: token.tag === 'h1' ? '' : token.attrGet('id'), text: [] });
    } else if (token.type === 'inline' && tokens[index - 1]?.type !== 'heading_open') {
      sections.at(-1)?.text.push(plainText(token));
    } else if (token.type === 'fence') sections.at(-1)?.text.push(token.content);
  });
  return {
    title,
    sections: sections.map((section) => ({ ...section, text: section.text.join(' ').replace(/\s+/g, ' ') })),
  };
}

/** A section for each operation of an OpenAPI document. Its anchor opens the operation in Swagger UI. */
export function operationSections({ paths }) {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, summary = '', description = '', tags }]) => ({
      heading: `${method.toUpperCase()} ${path}`,
      anchor: ['', tags[0], operationId].map(encodeURIComponent).join('/'),
      text: `${summary} ${description}`.trim(),
    })),
  );
}

/** A section for each part of the playground, with the names and descriptions of its fields. */
export function playgroundSections({ attributes, styles, ui }) {
  const text = (fields) => fields.map(({ name, description = '' }) => `${name} ${description}`.trim()).join(' ');
  const parts = [
    { title: 'Attributes of the element', fields: attributes },
    { title: 'Colours and shape', fields: styles },
    ...ui.map(({ page, title, fields }) => ({ title: page || `${title} of ConfigureUI`, fields })),
  ];
  return parts.map(({ title, fields }) => ({ heading: title, anchor: '', text: text(fields) }));
}

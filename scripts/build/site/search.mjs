// Splits the documents into sections, which the site's search indexes in the browser.

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

// Renders the Markdown of the documents as HTML that needs no inline script and no inline style: anchors as GitHub makes
// them, highlighted code, tables that scroll, and tabs.

import GithubSlugger from 'github-slugger';
import hljs from 'highlight.js';
import MarkdownIt from 'markdown-it';

/** Languages of code blocks that highlight.js knows by another name. */
const ALIASES = {
  vue: 'xml',
  svelte: 'xml',
  html: 'xml',
  tsx: 'tsx',
  text: 'plaintext',
  sh: 'bash',
  mermaid: 'plaintext',
};

const escapeHtml = (text) =>
  text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);

/** The HTML of highlighted code: classes only. */
export function highlight(code, language) {
  const name = ALIASES[language] ?? language;
  return hljs.getLanguage(name) ? hljs.highlight(code, { language: name }).value : escapeHtml(code);
}

/** A code block: its language is shown above, and the site's script adds a button that copies it. */
export function codeBlock(code, language) {
  const label = language && language !== 'text' ? `<span class="language">${escapeHtml(language)}</span>` : '';
  return `<div class="code">${label}<pre tabindex="0"><code>${highlight(code, language)}</code></pre></div>\n`;
}

/** The visible text of an inline token. */
export function plainText({ children = [], content }) {
  if (!children?.length) return content;
  return children
    .map((child) => (child.type === 'image' ? child.content : child.type.endsWith('break') ? ' ' : child.content))
    .join('');
}

/** Gives every heading the id that GitHub gives it, and collects them in `env.headings`. */
function headings(md) {
  md.core.ruler.push('headings', ({ tokens, env }) => {
    const slugger = new GithubSlugger();
    env.headings = [];
    tokens.forEach((token, index) => {
      if (token.type !== 'heading_open') return;
      const text = plainText(tokens[index + 1]);
      const id = slugger.slug(text);
      token.attrSet('id', id);
      env.headings.push({ id, text, level: Number(token.tag.slice(1)) });
    });
  });
  md.renderer.rules.heading_close = (tokens, index, _options, env, self) => {
    const open = tokens.slice(0, index).findLast(({ type }) => type === 'heading_open');
    const end = self.renderToken(tokens, index, _options);
    if (open.tag === 'h1') return end;
    const { text } = env.headings.find(({ id }) => id === open.attrGet('id'));
    return ` <a class="anchor" href="#${open.attrGet('id')}" aria-label="Link to “${escapeHtml(text)}”">#</a>${end}`;
  };
}

/**
 * `<!-- tabs -->` to `<!-- /tabs -->` holds one tab for each heading. Without scripts, and on GitHub, they are sections
 * that follow each other.
 */
function tabs(md) {
  md.core.ruler.push('tabs', ({ tokens, Token }) => {
    const html = (content) => Object.assign(new (Token ?? tokens[0].constructor)('html_block', '', 0), { content });
    let within = false;
    let open = false;
    for (let index = 0; index < tokens.length; index += 1) {
      const { type, content } = tokens[index];
      if (type === 'html_block' && /^<!-- tabs -->/.test(content)) {
        within = true;
        tokens[index].content = '<div class="tabs">\n';
      } else if (type === 'html_block' && /^<!-- \/tabs -->/.test(content)) {
        tokens[index].content = `${open ? '</section>\n' : ''}</div>\n`;
        [within, open] = [false, false];
      } else if (within && type === 'heading_open') {
        tokens.splice(index, 0, html(`${open ? '</section>\n' : ''}<section class="tab">\n`));
        open = true;
        index += 1;
      }
    }
  });
}

/**
 * `<!-- live: {…} -->`, a state of the playground as JSON, becomes a live preview; `env.links.site(to)` returns the
 * address of a page.
 */
function live(md) {
  md.core.ruler.push('live', ({ tokens, env }) => {
    for (const token of tokens) {
      const [, json] = (token.type === 'html_block' && /^<!-- live: (\{.*\}) -->/.exec(token.content)) || [];
      if (!json) continue;
      const hash = encodeURIComponent(JSON.stringify(JSON.parse(json)));
      const [preview, playground] = ['playground/preview/', 'playground/'].map((to) => env.links.site(to));
      token.content =
        `<div class="live"><iframe src="${preview}#${hash}" title="Live example" loading="lazy" allow="autoplay"></iframe>\n` +
        `<p><a href="${playground}#${hash}">Open it in the playground</a></p></div>\n`;
    }
  });
}

/** Alignment as a class, and a table that scrolls by itself. */
function tables(md) {
  md.renderer.rules.table_open = () => '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n';
  md.renderer.rules.table_close = () => '</table></div>\n';
  for (const rule of ['th_open', 'td_open'])
    md.renderer.rules[rule] = (tokens, index, options, _env, self) => {
      const token = tokens[index];
      const align = /text-align:(\w+)/.exec(token.attrGet('style') ?? '')?.[1];
      if (align) token.attrs = [...token.attrs.filter(([name]) => name !== 'style'), ['class', `align-${align}`]];
      return self.renderToken(tokens, index, options);
    };
}

/** Rewrites every link and picture by `env.links`: `link(href)` and `picture(src)` return the address on the site. */
function links(md) {
  md.core.ruler.push('links', ({ tokens, env }) => {
    if (!env.links) return;
    for (const { children } of tokens)
      for (const child of children ?? []) {
        if (child.type === 'link_open') {
          const href = child.attrGet('href');
          child.attrSet('href', env.links.link(href));
          if (/^https?:/.test(href)) child.attrSet('rel', 'noreferrer');
        }
        if (child.type === 'image') {
          child.attrSet('src', env.links.picture(child.attrGet('src')));
          child.attrSet('loading', 'lazy');
        }
      }
  });
}

/** The renderer. Its `env` has `links`; it fills `env.headings`. */
export function markdown() {
  const md = new MarkdownIt({ html: true, linkify: false });
  for (const plugin of [headings, tables, links, live, tabs]) md.use(plugin);
  md.renderer.rules.fence = (tokens, index) =>
    codeBlock(tokens[index].content, tokens[index].info.trim().split(/\s/)[0]);
  md.renderer.rules.code_block = (tokens, index) => codeBlock(tokens[index].content, '');
  return md;
}

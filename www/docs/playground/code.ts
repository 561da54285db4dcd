// Writes the code for a state of the playground.

import type { State } from './state.js';

const SESSION = 'https://liveness.example/h5/?token=…';

/** Attributes and their names as properties. */
export type PropertyNames = Map<string, string>;

const escapeAttribute = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;');

/** The attributes with a session, unless the reader gave one. */
function withSession({ attributes }: State): [string, string][] {
  const hasSession = 'session-url' in attributes || 'token' in attributes;
  return Object.entries({ ...(hasSession ? {} : { 'session-url': SESSION }), ...attributes });
}

const declarations = ({ styles }: State) => Object.entries(styles).map(([name, value]) => `  ${name}: ${value};`);

/** A page with a script tag: it needs no bundler. */
export function htmlCode(state: State): string {
  const attributes = withSession(state).map(([name, value]) => `  ${name}="${escapeAttribute(value)}"`);
  const rules = declarations(state);
  const style = rules.length > 0 ? ['<style>', 'nearfar-liveness {', ...rules, '}', '</style>'] : [];
  return [
    '<script src="/nearfar/dist/global.js"></script>',
    ...style,
    '<nearfar-liveness',
    ...attributes,
    '></nearfar-liveness>',
  ].join('\n');
}

/** The same as a component of React. */
export function reactCode(state: State, properties: PropertyNames): string {
  const props = withSession(state).map(
    ([name, value]) =>
      `      ${properties.get(name) ?? name}=${JSON.stringify(value).includes('\\') ? `{${JSON.stringify(value)}}` : `"${value}"`}`,
  );
  const styles = Object.entries(state.styles);
  const style =
    styles.length > 0
      ? [
          "import './liveness.css';",
          `// liveness.css:`,
          ...['nearfar-liveness {', ...declarations(state), '}'].map((line) => `//   ${line}`),
        ]
      : [];
  return [
    "import { Liveness } from 'nearfar/react';",
    ...style,
    '',
    'export function Check() {',
    '  return (',
    '    <Liveness',
    ...props,
    '      onComplete={({ passed }) => console.log(passed)}',
    '    />',
    '  );',
    '}',
  ].join('\n');
}

/** The body of ConfigureUI. */
export function configureUiCode({ ui, locale }: State): string {
  return JSON.stringify({ locale, ...ui }, null, 2);
}

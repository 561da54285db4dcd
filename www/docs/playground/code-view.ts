// Shows the generated code in tabs, each with a button that copies it.

import { copyButton } from '../copy.js';
import { create } from '../dom.js';

/** Adds tabs with these names to a container, and returns the function that sets their texts. */
export function codeView(container: HTMLElement, names: string[]): (texts: string[]) => void {
  const parts = names.map((name, index) => {
    const id = `code-${index}`;
    const code = create('code');
    const button = create('button', { type: 'button', role: 'tab', id: `${id}-tab`, 'aria-controls': id }, name);
    const block = create(
      'div',
      { class: 'code' },
      create('pre', { tabindex: '0' }, code),
      copyButton(() => code.textContent ?? ''),
    );
    const panel = create('div', { role: 'tabpanel', id, 'aria-labelledby': `${id}-tab` }, block);
    return { button, panel, code };
  });
  const select = (chosen: number) => {
    parts.forEach(({ button, panel }, index) => {
      panel.hidden = index !== chosen;
      button.setAttribute('aria-selected', String(index === chosen));
      button.tabIndex = index === chosen ? 0 : -1;
    });
  };
  parts.forEach(({ button }, index) => void button.addEventListener('click', () => select(index)));
  const list = create(
    'div',
    { role: 'tablist', class: 'tablist', 'aria-label': 'Code' },
    ...parts.map(({ button }) => button),
  );
  list.addEventListener('keydown', ({ key }) => {
    const at = parts.findIndex(({ button }) => button === document.activeElement);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[key];
    const next = step === undefined ? undefined : parts[(at + step + parts.length) % parts.length];
    next?.button.click();
    next?.button.focus();
  });
  container.append(list, ...parts.map(({ panel }) => panel));
  select(0);
  return (texts) => {
    parts.forEach(({ code }, index) => {
      code.textContent = texts[index] ?? '';
    });
  };
}

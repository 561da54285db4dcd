// Shows sections between `<!-- tabs -->` and `<!-- /tabs -->` of a document as tabs. Groups with a tab of the same name
// follow one choice, which is remembered.

import { create } from './dom.js';
import { readChoice, writeChoice } from './storage.js';

interface Tab {
  name: string;
  id: string;
  panel: HTMLElement;
  button: HTMLButtonElement;
}

type Group = { tabs: Tab[]; select: (tab: Tab) => void };

/** Replaces the headings of one group by a list of tabs. */
function group(container: HTMLElement, index: number): Group {
  const tabs = Array.from(container.querySelectorAll<HTMLElement>(':scope > .tab'), (panel): Tab => {
    const heading = panel.querySelector('h2, h3, h4');
    const name = heading?.firstChild?.textContent?.trim() ?? '';
    const id = heading?.id ?? '';
    heading?.classList.add('tab-heading');
    const button = create(
      'button',
      { type: 'button', role: 'tab', id: `tab-${index}-${id}`, 'aria-controls': `panel-${index}-${id}` },
      name,
    );
    panel.id = `panel-${index}-${id}`;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', button.id);
    panel.tabIndex = 0;
    return { name, id, panel, button };
  });
  const select = (chosen: Tab) => {
    for (const { panel, button } of tabs) {
      const isChosen = panel === chosen.panel;
      panel.hidden = !isChosen;
      button.setAttribute('aria-selected', String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
    }
  };
  const list = create(
    'div',
    { role: 'tablist', class: 'tablist', 'aria-label': 'Variants' },
    ...tabs.map(({ button }) => button),
  );
  list.addEventListener('keydown', (event) => {
    const at = tabs.findIndex(({ button }) => button === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    next.button.click();
    next.button.focus();
  });
  container.prepend(list);
  container.classList.add('ready');
  return { tabs, select };
}

/** Makes the tabs of the page. */
export function addTabs(): void {
  const groups = Array.from(document.querySelectorAll<HTMLElement>('.tabs'), group);
  const selectEverywhere = (name: string) => {
    for (const { tabs, select } of groups) {
      const tab = tabs.find((known) => known.name === name);
      if (tab) select(tab);
    }
  };
  const fromAddress = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const tab =
      id &&
      groups
        .flatMap(({ tabs }) => tabs)
        .find(({ panel, id: own }) => own === id || panel.querySelector(`#${CSS.escape(id)}`));
    if (!tab) return;
    selectEverywhere(tab.name);
    document.getElementById(id)?.closest('.tabs')?.scrollIntoView();
  };
  const remembered = readChoice('tab');
  for (const { tabs, select } of groups) {
    const first = tabs.find(({ name }) => name === remembered) ?? tabs[0];
    if (first) select(first);
    for (const tab of tabs)
      tab.button.addEventListener('click', () => {
        selectEverywhere(tab.name);
        writeChoice('tab', tab.name);
        history.replaceState(null, '', `#${tab.id}`);
      });
  }
  fromAddress();
  addEventListener('hashchange', fromAddress);
}

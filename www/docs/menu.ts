// Opens and closes the list of pages on narrow screens. Without scripts the link opens it by its address.

import { byId } from './dom.js';

/** Makes the link a button. */
export function addMenu(): void {
  const toggle = byId<HTMLAnchorElement>('menu-toggle');
  const menu = byId('menu');
  toggle.setAttribute('role', 'button');
  toggle.setAttribute('aria-controls', 'menu');
  const show = (open: boolean) => {
    menu.classList.toggle('open', open);
    toggle.setAttribute('aria-expanded', String(open));
    document.documentElement.classList.toggle('menu-open', open);
  };
  const close = (event: Event) => {
    event.preventDefault();
    show(false);
    toggle.focus();
  };
  toggle.addEventListener('click', (event) => {
    event.preventDefault();
    show(!menu.classList.contains('open'));
    menu.querySelector<HTMLElement>('.close')?.focus();
  });
  toggle.addEventListener('keydown', (event) => {
    if (event.key !== ' ') return;
    event.preventDefault();
    toggle.click();
  });
  menu.querySelector('.close')?.addEventListener('click', close);
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && menu.classList.contains('open')) close(event);
  });
  show(false);
  // The page's own entry is visible in a long list.
  const own = menu.querySelector<HTMLElement>('[aria-current]');
  if (own) menu.scrollTop = own.offsetTop - menu.offsetTop - menu.clientHeight / 2;
}

// Marks the section that is read in the list of the page's sections.

/** Watches the headings, where the list is shown. */
export function addTocMarker(): void {
  const links = new Map(
    Array.from(document.querySelectorAll<HTMLAnchorElement>('.toc a'), (link) => [link.hash.slice(1), link] as const),
  );
  const headings = [...links.keys()].map((id) => document.getElementById(decodeURIComponent(id)));
  const mark = () => {
    const passed = headings.filter((heading) => heading && heading.getBoundingClientRect().top < innerHeight / 4);
    const current = (passed.at(-1) ?? headings[0])?.id;
    for (const [id, link] of links) {
      if (decodeURIComponent(id) === current) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  };
  if (links.size === 0) return;
  addEventListener('scroll', mark, { passive: true });
  mark();
}

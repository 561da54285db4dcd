// Finds text and controls that cannot be read or reached. These functions run in the page and are self-contained.

/** Texts that overflow the screen or their container. */
export function overflowing() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const wide = document.documentElement.scrollWidth - innerWidth;
  const cut = [...renderRoot.querySelectorAll('h1, p, li, button')].filter((element) => {
    const { left, right, top, width } = element.getBoundingClientRect();
    // Text for screen readers only is one pixel wide.
    if (width <= 1) return false;
    return left < -0.5 || right > innerWidth + 0.5 || top < -0.5 || element.scrollWidth > element.clientWidth + 1;
  });
  return [
    ...(wide > 0 ? [`the page is ${wide} px too wide`] : []),
    ...cut.map((element) => element.textContent.trim()),
  ];
}

/** Headings and controls that cannot be scrolled into view and tapped, and overlapping texts. */
export function unreachable() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const describe = (element) => `${element.localName} ${element.textContent.trim() || element.ariaLabel}`;
  const isShown = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 1;
  const shown = (selector) => [...renderRoot.querySelectorAll(selector)].filter(isShown);
  const named = shown('h1, header p, button, select, summary, input, .button').filter((element) => {
    element.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = renderRoot.elementFromPoint(left + width / 2, top + height / 2);
    return !hit || !(element.contains(hit) || hit.contains(element));
  });
  // Elements over the camera's picture are positioned separately.
  const overlays = shown('.instruction:not(:empty), .hint:not(:empty), .controls, .camera header');
  const covered = overlays.filter((element) => {
    const own = element.getBoundingClientRect();
    return overlays.some((other) => {
      const { left, top, right, bottom } = other.getBoundingClientRect();
      return other !== element && left < own.right && right > own.left && top < own.bottom && bottom > own.top;
    });
  });
  const text = shown('.instruction:not(:empty), .hint:not(:empty)').filter((element) => {
    element.scrollIntoView({ block: 'nearest' });
    const { top, bottom, height } = element.getBoundingClientRect();
    return height <= innerHeight && (top < -0.5 || bottom > innerHeight + 0.5);
  });
  scrollTo(0, 0);
  for (const element of renderRoot.querySelectorAll('*')) element.scrollTop = 0;
  return [...named, ...covered, ...text].map(describe);
}

// What of a page cannot be read or reached. These functions run in the page: each is whole by itself.

/** Texts that reach past the screen, or past what shows them. */
export function overflowing() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const wide = document.documentElement.scrollWidth - innerWidth;
  const cut = [
    ...renderRoot.querySelectorAll(':is(h1, p, li, button):not(.visually-hidden, .visually-hidden *)'),
  ].filter((element) => {
    const { left, right, top } = element.getBoundingClientRect();
    return left < -0.5 || right > innerWidth + 0.5 || top < -0.5 || element.scrollWidth > element.clientWidth + 1;
  });
  return [
    ...(wide > 0 ? [`the page is ${wide} px too wide`] : []),
    ...cut.map((element) => element.textContent.trim()),
  ];
}

/** Controls that no scrolling brings to where they can be tapped, and words that lie over each other. */
export function unreachable() {
  const { renderRoot } = document.querySelector('nearfar-journey');
  const say = (element) => `${element.localName} ${element.textContent.trim() || element.ariaLabel}`;
  const shown = (selector) => [...renderRoot.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const controls = shown(':is(button, select, summary, input, .button):not(.visually-hidden)').filter((element) => {
    element.scrollIntoView({ block: 'center' });
    const { left, top, width, height } = element.getBoundingClientRect();
    const hit = renderRoot.elementFromPoint(left + width / 2, top + height / 2);
    return !hit || !(element.contains(hit) || hit.contains(element));
  });
  // What hangs over the camera's picture is placed by itself.
  const hanging = shown('.instruction:not(:empty), .hint:not(:empty), .controls, .camera header:not(.visually-hidden)');
  const covered = hanging.filter((element) => {
    const own = element.getBoundingClientRect();
    return hanging.some((other) => {
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
  return [...controls, ...covered, ...text].map(say);
}

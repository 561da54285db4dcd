// Shows the service's OpenAPI document in Swagger UI: the integrator's calls first, those of the page last.

const ORDER = ['Public APIs', 'Operation', 'Page'];
const rank = (tag) => (ORDER.includes(tag) ? ORDER.indexOf(tag) : ORDER.length - 1);

SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  tagsSorter: (one, other) => rank(one) - rank(other),
});

// Swagger UI has dark colours of its own, by a class of the root element.
const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () =>
  root.classList.toggle('dark-mode', (root.dataset.theme ?? (dark.matches ? 'dark' : 'light')) === 'dark');
new MutationObserver(follow).observe(root, { attributeFilter: ['data-theme'] });
dark.addEventListener('change', follow);
follow();

// A stand-in for Cypress: runs a spec in a page that shows the tested page in a frame of its origin, with the few
// commands that our example uses. Like Cypress, it removes the tested page's policy.

/** Runs in the page, before the spec: the commands, which run one after the other. */
function defineCommands() {
  const steps = [];
  globalThis.finished = Promise.resolve();
  const enqueue = (run) => {
    // A command that is called inside another one's `then` comes before the next one.
    if (globalThis.nested) globalThis.nested = globalThis.nested.then(run);
    else globalThis.finished = globalThis.finished.then(run);
  };
  const frame = () => document.querySelector('iframe');
  const all = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const find = async (selector, text, timeout) => {
    const end = performance.now() + timeout;
    while (performance.now() < end) {
      const found = all(frame().contentDocument).find(
        (element) => element.matches(selector) && element.textContent.includes(text) && element.checkVisibility(),
      );
      if (found) return found;
      await new Promise((wake) => setTimeout(wake, 50));
    }
    throw new Error(`no ${selector} with the text ${text}`);
  };
  globalThis.cy = {
    task: (name, given) => ({
      // biome-ignore lint/suspicious/noThenProperty: Cypress' own interface.
      then: (use) =>
        enqueue(async () => {
          const result = await globalThis.runTask(name, given);
          steps.push(`task ${name}`);
          globalThis.nested = Promise.resolve();
          use(result);
          const { nested } = globalThis;
          globalThis.nested = null;
          await nested;
        }),
    }),
    visit: (url, { onBeforeLoad }) =>
      enqueue(async () => {
        frame().src = url;
        // Before the page's own scripts, which are modules: those run when the document is parsed.
        while (frame().contentWindow.location.href === 'about:blank') await new Promise((wake) => setTimeout(wake, 0));
        onBeforeLoad(frame().contentWindow);
        steps.push('visit');
      }),
    contains: (selector, text, { timeout }) => ({
      click: () =>
        enqueue(async () => {
          (await find(selector, text, timeout)).click();
          steps.push(`click ${text}`);
        }),
      should: () =>
        enqueue(async () => {
          await find(selector, text, timeout);
          steps.push(`visible ${text}`);
        }),
    }),
  };
  globalThis.describe = (_name, define) => define();
  globalThis.it = (_name, run) => run();
  globalThis.steps = steps;
}

/** Runs the spec and returns its steps. `url`: the tested page's origin; `tasks`: functions by name */
export async function standIn(page, { url, spec, tasks }) {
  const runner = new URL('/runner', url).href;
  await page.exposeFunction('runTask', (name, given) => tasks[name](given));
  await page.route(runner, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<iframe width="450" height="800" allow="camera"></iframe>' }),
  );
  await page.route('**/h5/?*', async (route) => {
    const response = await route.fetch();
    const { 'content-security-policy': _, 'x-frame-options': __, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
  await page.goto(runner);
  await page.evaluate(defineCommands);
  await page.evaluate(spec);
  return page.evaluate(() => globalThis.finished.then(() => globalThis.steps));
}

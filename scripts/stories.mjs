// npm run stories [-- NAME…] [--shape portrait|landscape]: makes the story videos and prints their paths.

import { parseArgs } from 'node:util';
import { npmPackages } from './lib/packages.mjs';
import { main, Stop } from './lib/run.mjs';

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { shape: { type: 'string', default: 'portrait' } },
    allowPositionals: true,
  });
  await npmPackages();
  const { SHAPES, storyVideo } = await import('../tests/e2e/stories/generate.mjs');
  const { STORIES } = await import('../tests/e2e/stories/stories.mjs');
  const names = positionals.length > 0 ? positionals : Object.keys(STORIES);
  for (const name of names) {
    if (!(name in STORIES)) throw new Stop(`no story is called ${name}; there are: ${Object.keys(STORIES).join(', ')}`);
    if (!(values.shape in SHAPES)) throw new Stop(`no shape is called ${values.shape}`);
    console.log(await storyVideo(name, values.shape));
  }
});

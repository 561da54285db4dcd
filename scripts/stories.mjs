// npm run stories: makes the story videos. See its --help.

import { readArguments } from './lib/command.mjs';
import { npmPackages } from './lib/packages.mjs';
import { main, Stop } from './lib/run.mjs';

const COMMAND = {
  name: 'npm run stories',
  summary: 'Makes the videos that the tests play as a camera (stories), and prints their paths.',
  options: { shape: { value: 'SHAPE', help: 'portrait or landscape', default: 'portrait' } },
  positionals: { name: 'NAME', help: 'Which stories to make; none: all of them' },
};

await main(async () => {
  const { values, positionals } = readArguments(COMMAND);
  await npmPackages();
  const { SHAPES, storyVideo } = await import('../tests/e2e/stories/generate.mjs');
  const { STORIES } = await import('../tests/e2e/stories/stories.mjs');
  const names = positionals.length > 0 ? positionals : Object.keys(STORIES);
  for (const name of names) {
    if (!(name in STORIES)) throw new Stop(`no story is called ${name}; there are: ${Object.keys(STORIES).join(', ')}`);
    if (!(values.shape in SHAPES))
      throw new Stop(`no shape is called ${values.shape}; there are: ${Object.keys(SHAPES).join(', ')}`);
    console.log(await storyVideo(name, values.shape));
  }
});

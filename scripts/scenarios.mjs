// npm run stories: makes the story videos. See its --help.

import { readArguments } from './cli/command.mjs';
import { main, UserError } from './cli/run.mjs';
import { npmPackages } from './setup/npm-packages.mjs';

const COMMAND = {
  name: 'npm run stories',
  summary: 'Makes the videos that the tests play as a camera (stories), and prints their paths.',
  options: { shape: { value: 'SHAPE', help: 'portrait or landscape [default: portrait]' } },
  positionals: {
    name: 'NAME',
    help: 'Which stories to make; none: all, and without --shape far_to_near in landscape too',
  },
};

/** One is encoded, on a thread of its own, while the other is drawn. */
const AT_ONCE = 2;

await main(async () => {
  const { values, positionals } = readArguments(COMMAND);
  await npmPackages();
  const { SHAPES, scenarioVideo } = await import('../tests/testkit/scenarios/generate.mjs');
  const { STORIES } = await import('../tests/testkit/scenarios/scenarios.mjs');
  for (const name of positionals)
    if (!(name in STORIES))
      throw new UserError(`no story is called ${name}; there are: ${Object.keys(STORIES).join(', ')}`);
  const { shape = 'portrait' } = values;
  if (!(shape in SHAPES))
    throw new UserError(`no shape is called ${shape}; there are: ${Object.keys(SHAPES).join(', ')}`);
  const videos = [...new Set(positionals)].map((name) => [name, shape]);
  if (videos.length === 0) {
    for (const name of Object.keys(STORIES)) videos.push([name, shape]);
    if (values.shape === undefined) videos.push(['far_to_near', 'landscape']);
  }
  const next = videos.values();
  const work = async () => {
    for (const [name, shape] of next) console.log(await scenarioVideo(name, shape));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
});

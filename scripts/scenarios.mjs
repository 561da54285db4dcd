// npm run scenarios: renders the scenario videos. See its --help.

import { readArguments } from './cli/command.mjs';
import { main, UserError } from './cli/run.mjs';
import { installNpmPackages } from './setup/npm-packages.mjs';

const COMMAND = {
  name: 'npm run scenarios',
  summary: 'Renders the videos that the tests play as a camera (scenarios), and prints their paths.',
  options: { shape: { value: 'SHAPE', help: 'portrait or landscape [default: portrait]' } },
  positionals: {
    name: 'NAME',
    help: 'The scenarios to render [default: all, and without --shape also far_to_near in landscape]',
  },
};

/** While one is encoded, on its own thread, the other is drawn. */
const CONCURRENCY = 2;

await main(async () => {
  const { values, positionals } = readArguments(COMMAND);
  await installNpmPackages();
  const { SHAPES, scenarioVideo } = await import('../tests/testkit/scenarios/generate.mjs');
  const { SCENARIOS } = await import('../tests/testkit/scenarios/scenarios.mjs');
  for (const name of positionals)
    if (!(name in SCENARIOS))
      throw new UserError(`unknown scenario ${name}; scenarios: ${Object.keys(SCENARIOS).join(', ')}`);
  const { shape = 'portrait' } = values;
  if (!(shape in SHAPES)) throw new UserError(`unknown shape ${shape}; shapes: ${Object.keys(SHAPES).join(', ')}`);
  const videos = [...new Set(positionals)].map((name) => [name, shape]);
  if (videos.length === 0) {
    for (const name of Object.keys(SCENARIOS)) videos.push([name, shape]);
    if (values.shape === undefined) videos.push(['far_to_near', 'landscape']);
  }
  const next = videos.values();
  const work = async () => {
    for (const [name, shape] of next) console.log(await scenarioVideo(name, shape));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
});

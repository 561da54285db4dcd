// The photographs of the scenarios: their paths in npm packages, and the position of the face in each.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

function inPackage(name, path) {
  return join(dirname(require.resolve(`${name}/package.json`)), path);
}

/**
 * `face`: the face box in px of the photograph by the TFLite reference of BlazeFace (left, top, side); `eyes`: both
 * pupils; `inDepth`: rendered on a 3D head, since scoring by depth would take a flat photograph for a print.
 */
export const PHOTOS = {
  man: {
    inDepth: true,
    path: inPackage('material-kit', 'assets/img/faces/marc.jpg'),
    face: [112, 120, 179],
    eyes: [
      [163, 170],
      [237, 172],
    ],
  },
  otherMan: { path: inPackage('material-dashboard', 'assets/img/team-4.jpg'), face: [121, 130, 159] },
  profile: { path: inPackage('soft-ui-dashboard', 'assets/img/team-4.jpg'), face: [358, 288, 184] },
  city: { path: inPackage('material-kit', 'assets/img/city-profile.jpg') },
};

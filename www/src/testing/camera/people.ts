// The drawn people.

import type { Person } from './person.js';

/** People by name. */
export const PEOPLE = {
  ada: {
    skin: [224, 172, 140],
    hair: [84, 52, 34],
    eyes: [96, 120, 110],
    lips: [186, 98, 92],
    clothes: [58, 92, 140],
    hairStyle: 'long',
    jaw: 0.92,
    brows: 0.8,
    beard: 0,
  },
  ben: {
    skin: [122, 78, 54],
    hair: [26, 20, 18],
    eyes: [60, 38, 26],
    lips: [120, 66, 58],
    clothes: [190, 186, 176],
    hairStyle: 'cropped',
    jaw: 1.08,
    brows: 1.2,
    beard: 0.5,
  },
  chi: {
    skin: [206, 156, 118],
    hair: [22, 20, 22],
    eyes: [52, 36, 28],
    lips: [168, 92, 84],
    clothes: [120, 52, 60],
    hairStyle: 'short',
    jaw: 1,
    brows: 1,
    beard: 0,
  },
} satisfies Record<string, Person>;

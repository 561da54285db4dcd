"""Closes the eyes in photographs: stretches the upper lid down over the eye and draws a line of lashes where the lids meet.
Too few photographs of closed eyes have a licence.

    shut_eyes.py CROPS CANONICAL_MODEL OUT [COUNT]

Reads the chips of `face_crops` and writes JPEG files named after their photographs to OUT/both, OUT/right and OUT/left.
"""

import json
import os
import sys

import cv2
import numpy as np

os.environ['GLOG_minloglevel'] = '3'
from reference import EYES, SIDE, canonical, pose

# Crease above the upper lid, upper lid, lower lid, each from the outer to the inner corner.
CURVES = [
    ((130, 247, 30, 29, 27, 28, 56, 190, 243), (33, 246, 161, 160, 159, 158, 157, 173, 133), (33, 7, 163, 144, 145, 153, 154, 155, 133)),
    ((359, 467, 260, 259, 257, 258, 286, 414, 463), (263, 466, 388, 387, 386, 385, 384, 398, 362), (263, 249, 390, 373, 374, 380, 381, 382, 362)),
]


def curve(points, indices, columns):
    line = points[list(indices), :2]
    line = line[np.argsort(line[:, 0])]
    return np.interp(columns, line[:, 0], line[:, 1])


def close_eye(picture, points, eye, random):
    crease_points, upper_points, lower_points = CURVES[eye]
    xs = points[list(upper_points), 0]
    columns = np.arange(int(xs.min()), int(xs.max()) + 1)
    crease = curve(points, crease_points, columns)
    upper, lower = curve(points, upper_points, columns), curve(points, lower_points, columns)
    meet = upper + (lower - upper) * random.uniform(0.75, 1.0)
    crease = np.minimum(crease, upper - 2)
    height, width = picture.shape[:2]
    map_x, map_y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    rows = np.arange(height)[:, None]
    stretch = (rows > crease) & (rows <= meet)
    source = crease + (rows - crease) * (upper - 1 - crease) / np.maximum(meet - crease, 0.5)
    map_y[:, columns] = np.where(stretch, source, map_y[:, columns])
    # The rest of the open eye below the line becomes skin of the lower lid.
    below = (rows > meet) & (rows <= lower + 1)
    map_y[:, columns] = np.where(below, lower + 1.5, map_y[:, columns])
    closed = cv2.remap(picture, map_x, map_y.astype(np.float32), cv2.INTER_LINEAR)
    dark = random.uniform(0.25, 0.75)
    thick = random.uniform(0.5, 1.1)
    line = np.exp(-(((rows - meet) / thick) ** 2)) * dark
    region = closed[:, columns].astype(np.float32)
    closed[:, columns] = (region * (1 - line[..., None])).astype(np.uint8)
    return closed


def main():
    crops, model_path, out = sys.argv[1:4]
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 500
    import mediapipe as mp

    random = np.random.default_rng(7)
    model = canonical(model_path)
    records = [json.loads(line) for line in open(f'{crops}/faces.jsonl')]
    reference = np.load(f'{crops}/reference.npy')
    chips = np.memmap(f'{crops}/chips.rgb', np.uint8, 'r').reshape(-1, SIDE, SIDE, 3)
    usable = [
        r for r in records
        if r['chip'] is not None and r['class'] in ('bare', 'glasses') and np.isfinite(reference[r['chip'], 0])
        and reference[r['chip'], 5] < 0.16 and reference[r['chip'], 3:5].min() > 0.2 and r['face_width'] > 90
        and abs(reference[r['chip'], 0]) < 25
    ]
    random.shuffle(usable)
    with mp.solutions.face_mesh.FaceMesh(
        static_image_mode=True, refine_landmarks=True, max_num_faces=1, min_detection_confidence=0.3
    ) as mesh:
        for number, r in enumerate(usable[:count]):
            chip = np.ascontiguousarray(chips[r['chip']])
            found = mesh.process(chip).multi_face_landmarks
            if not found:
                continue
            points = np.array([[p.x, p.y, -p.z] for p in found[0].landmark]) * SIDE
            which = ('both', 'both', 'both', 'right', 'left')[number % 5]
            closed = chip
            for eye in range(2):
                if which == 'both' or which == ('right', 'left')[eye]:
                    closed = close_eye(closed, points, eye, random)
            os.makedirs(f'{out}/{which}', exist_ok=True)
            name = os.path.splitext(os.path.basename(r['file']))[0]
            cv2.imwrite(f'{out}/{which}/{name}__shut.jpg', closed[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 93])


if __name__ == '__main__':
    main()

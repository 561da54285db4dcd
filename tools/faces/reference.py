"""Measures head pose and eye openness of the chips of `face_crops` by the 478 landmarks of MediaPipe's face mesh.

    reference.py CROPS CANONICAL_MODEL

CROPS: the output folder of `face_crops`. CANONICAL_MODEL: canonical-face-model.obj of npm mind-ar 1.2.5 (MediaPipe's,
Apache-2.0). Writes CROPS/reference.npy: one row per chip with yaw, pitch, roll in degrees (signs as in
nearfar::quality::Pose), openness of right and left eye (lid distance relative to eye width) and residual; NaN if no face is
found.
"""

import os
import sys
from multiprocessing import Pool

import numpy as np

os.environ['GLOG_minloglevel'] = '3'
SIDE = 256
# Corner, two points of the upper lid, corner, two points of the lower lid.
EYES = [(33, 160, 158, 133, 153, 144), (263, 387, 385, 362, 380, 373)]


def canonical(path):
    """The centred mean face; axes: right, down, towards the camera."""
    points = [line.split()[1:4] for line in open(path) if line.startswith('v ')]
    points = np.array(points, float) * [1, -1, 1]
    return points - points.mean(0)


def pose(points, model):
    """Yaw, pitch, roll in degrees of the rotation that best fits the model to the points (Kabsch), and the residual relative
    to the size of the face."""
    points = points - points.mean(0)
    u, s, vt = np.linalg.svd(points.T @ model)
    sign = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    rotation = u @ sign @ vt
    scale = (s * np.diag(sign)).sum() / (model**2).sum()
    residual = np.sqrt(((points - scale * model @ rotation.T) ** 2).mean()) / (scale * np.sqrt((model**2).mean()))
    yaw = np.arcsin(np.clip(-rotation[2, 0], -1, 1))
    roll = np.arctan2(rotation[1, 0], rotation[0, 0])
    pitch = np.arctan2(rotation[2, 1], rotation[2, 2])
    return [*np.degrees([yaw, pitch, roll]), residual]


def measure(job):
    crops, model_path, start, end = job
    import mediapipe as mp

    model = canonical(model_path)
    chips = np.memmap(f'{crops}/chips.rgb', np.uint8, 'r').reshape(-1, SIDE, SIDE, 3)
    rows = np.full((end - start, 6), np.nan)
    with mp.solutions.face_mesh.FaceMesh(
        static_image_mode=True, refine_landmarks=True, max_num_faces=1, min_detection_confidence=0.3
    ) as mesh:
        for i in range(start, end):
            found = mesh.process(np.ascontiguousarray(chips[i])).multi_face_landmarks
            if not found:
                continue
            points = np.array([[p.x, p.y, -p.z] for p in found[0].landmark]) * SIDE
            yaw, pitch, roll, residual = pose(points[:468], model)
            openness = []
            for corner, up1, up2, other, low2, low1 in EYES:
                lids = np.linalg.norm(points[up1] - points[low1]) + np.linalg.norm(points[up2] - points[low2])
                openness.append(lids / 2 / np.linalg.norm(points[corner] - points[other]))
            rows[i - start] = [yaw, pitch, roll, *openness, residual]
    return rows


def main():
    crops, model_path = sys.argv[1:]
    count = os.path.getsize(f'{crops}/chips.rgb') // (SIDE * SIDE * 3)
    bounds = list(range(0, count, 500)) + [count]
    jobs = [(crops, model_path, a, b) for a, b in zip(bounds, bounds[1:])]
    with Pool(os.cpu_count()) as pool:
        rows = np.concatenate(pool.map(measure, jobs, chunksize=1))
    np.save(f'{crops}/reference.npy', rows)
    print(f'{count} chips, {np.isfinite(rows[:, 0]).sum()} with landmarks')


if __name__ == '__main__':
    main()

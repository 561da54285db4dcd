#!/usr/bin/env python3
"""Writes tests/golden/cases.json: the results of the TensorFlow Lite reference for 128x128 inputs.

    python3 -m venv .venv && .venv/bin/pip install numpy ai-edge-litert && npm ci
    .venv/bin/python tools/golden.py

The inputs are squares of photographs in npm packages and a few synthetic patterns. `examples/golden_inputs.rs` crops them
with the code of the test, so both sides use the same bytes. The decoding and the weighted non-maximum suppression below
follow MediaPipe's calculators and share no code with src/.
"""

import json
import pathlib
import subprocess
import tempfile

import numpy as np
from ai_edge_litert.interpreter import Interpreter

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODEL = ROOT / "node_modules/@mediapipe/face_detection/face_detection_short_range.tflite"
CASES = ROOT / "tests/golden/cases.json"
MIN_SCORE, MAX_IOU = 0.5, 0.3
# Another implementation may decide differently about a score this close to the threshold.
AMBIGUITY = 0.0015

SOFT, DASH, KIT = "soft-ui-design-system/assets/img/", "material-dashboard/assets/img/", "material-kit/assets/img/"
GROUPS = "@vladmandic/face-api/demo/"


class Ambiguous(Exception):
    """A score is so close to the threshold that a correct implementation may decide differently."""


def sources():
    """Maps names to sources in the format of `Source` in tests/golden/inputs.rs."""
    cases = {f"pattern_{name}": {"pattern": name} for name in ["grey", "noise", "stripes", "gradient"]}

    def add(name, photo, x, y, side, **more):
        cases[name] = {"photo": photo, "square": [x, y, side], **more}

    # The whole picture, and a tight square around the face.
    portraits = {
        "bruce_small": (DASH + "bruce-mars.jpg", 400, (168, 216, 161)),
        "ivana_small": (DASH + "ivana-squares.jpg", 400, (196, 226, 159)),
        "kal_small": (DASH + "kal-visuals-square.jpg", 400, (226, 197, 129)),
        "team1_small": (DASH + "team-1.jpg", 400, (206, 241, 212)),
        "team2_small": (DASH + "team-2.jpg", 400, (175, 213, 162)),
        "team3_small": (DASH + "team-3.jpg", 400, (205, 221, 157)),
        "team4_small": (DASH + "team-4.jpg", 400, (199, 206, 158)),
        "team5_small": (DASH + "team-5.jpg", 400, (182, 171, 125)),
        "christian": (KIT + "faces/christian.jpg", 400, (216, 174, 154)),
        "marc": (KIT + "faces/marc.jpg", 400, (199, 209, 179)),
        "bruce": (SOFT + "bruce-mars.jpg", 800, (463, 404, 224)),
        "ivana": (SOFT + "ivana-square.jpg", 800, (347, 425, 251)),
        "kal": (SOFT + "kal-visuals-square.jpg", 800, (417, 375, 235)),
        "team1": (SOFT + "team-1.jpg", 800, (396, 383, 153)),
        "team2": (SOFT + "team-2.jpg", 800, (452, 437, 298)),
        "team3": (SOFT + "team-3.jpg", 800, (391, 308, 244)),
        "team4": (SOFT + "team-4.jpg", 800, (451, 384, 184)),
        "resume": ("startbootstrap-resume/dist/assets/img/profile.jpg", 500, (247, 227, 154)),
    }
    for name, (photo, size, (x, y, face)) in portraits.items():
        add(f"{name}_whole", photo, size / 2, size / 2, size)
        add(f"{name}_tight", photo, x, y, round(2.1 * face))
    add("kal_portrait_letterboxed", SOFT + "kal-visuals.jpg", 467, 700, 1401)

    # Off-centre, cut by the edge, mirrored, rotated, dark and bright.
    add("marc_left", KIT + "faces/marc.jpg", 290, 209, 420)
    add("marc_low", KIT + "faces/marc.jpg", 199, 90, 420)
    add("marc_corner", KIT + "faces/marc.jpg", 330, 330, 420)
    add("resume_mirrored", portraits["resume"][0], 250, 250, 500, mirror=True)
    add("christian_mirrored", KIT + "faces/christian.jpg", 216, 174, 300, mirror=True)
    add("team4_turned", SOFT + "team-4.jpg", 451, 384, 420, turns=1)
    add("team3_upside_down", SOFT + "team-3.jpg", 391, 308, 500, turns=2)
    add("bruce_dark", SOFT + "bruce-mars.jpg", 463, 404, 500, gain=70)
    add("ivana_dark", SOFT + "ivana-square.jpg", 347, 425, 520, gain=40)
    add("team5_bright", DASH + "team-5.jpg", 182, 171, 260, gain=512)
    add("resume_enlarged", portraits["resume"][0], 247, 200, 120)

    # Several people: the whole picture letterboxed, and its halves.
    heights = {1: 1280, 2: 1367, 3: 1350, 4: 1448, 5: 1398, 6: 1537}
    for number, height in heights.items():
        photo = f"{GROUPS}sample{number}.jpg"
        add(f"group{number}_whole", photo, 960, height / 2, 1920)
        add(f"group{number}_left", photo, 640, height / 2, height)
        add(f"group{number}_right", photo, 1280, height / 2, height)

    # Pictures of people, but no face in the square.
    add("group1_legs", f"{GROUPS}sample1.jpg", 960, 1150, 260)
    add("marc_shoulder", KIT + "faces/marc.jpg", 60, 380, 120)
    add("team2_background", SOFT + "team-2.jpg", 90, 90, 180)
    return cases


def anchors():
    """SsdAnchorsCalculator: strides 8, 16, 16, 16, two anchors per layer and cell, fixed size 1."""
    centers = []
    for side, each in [(16, 2), (8, 6)]:
        for y in range(side):
            for x in range(side):
                centers += [((x + 0.5) / side, (y + 0.5) / side)] * each
    return np.array(centers)


def decode(boxes, logits):
    """TensorsToDetectionsCalculator: rows of (score, xmin, ymin, xmax, ymax, 6 x (x, y)), coordinates 0 to 1."""
    scores = 1 / (1 + np.exp(-np.clip(logits.astype(np.float64), -100, 100)))
    if np.any(np.abs(scores - MIN_SCORE) < AMBIGUITY):
        raise Ambiguous
    rows = []
    for (ax, ay), score, box in zip(anchors(), scores, boxes.astype(np.float64) / 128):
        if score < MIN_SCORE or box[2] < 0 or box[3] < 0:
            continue
        x, y, w, h = box[0] + ax, box[1] + ay, box[2], box[3]
        points = [value + (ax, ay)[i % 2] for i, value in enumerate(box[4:])]
        rows.append(np.array([score, x - w / 2, y - h / 2, x + w / 2, y + h / 2, *points]))
    return rows


def iou(a, b):
    w = min(a[3], b[3]) - max(a[1], b[1])
    h = min(a[4], b[4]) - max(a[2], b[2])
    if w <= 0 or h <= 0:
        return 0.0
    area = lambda r: (r[3] - r[1]) * (r[4] - r[2])
    return w * h / (area(a) + area(b) - w * h)


def suppress(rows):
    """NonMaxSuppressionCalculator, WEIGHTED."""
    rows = sorted(rows, key=lambda row: -row[0])
    faces = []
    while rows:
        overlapping = [row for row in rows if iou(row, rows[0]) > MAX_IOU]
        rest = [row for row in rows if iou(row, rows[0]) <= MAX_IOU]
        weights = np.array([row[0] for row in overlapping])
        face = (np.array(overlapping) * weights[:, None]).sum(axis=0) / weights.sum()
        face[0] = rows[0][0]
        faces.append(face)
        rows = rest
    return faces


def main():
    interpreter = Interpreter(str(MODEL))
    interpreter.allocate_tensors()
    outputs = {tuple(o["shape"]): o["index"] for o in interpreter.get_output_details()}
    cases = sources()
    with tempfile.TemporaryDirectory() as folder:
        listing = pathlib.Path(folder) / "sources.json"
        listing.write_text(json.dumps(cases))
        command = ["cargo", "run", "--quiet", "--example", "golden_inputs", str(listing), folder]
        subprocess.run(command, cwd=ROOT, check=True)
        for name, case in cases.items():
            data = np.fromfile(pathlib.Path(folder) / f"{name}.rgb", np.uint8).reshape(1, 128, 128, 3)
            values = data.astype(np.float32) * np.float32(2 / 255) - np.float32(1)
            interpreter.set_tensor(interpreter.get_input_details()[0]["index"], values)
            interpreter.invoke()
            try:
                rows = decode(
                    interpreter.get_tensor(outputs[(1, 896, 16)])[0],
                    interpreter.get_tensor(outputs[(1, 896, 1)])[0, :, 0],
                )
            except Ambiguous:
                print(f"{name}: skipped, a score is too close to the threshold")
                continue
            case["faces"] = [
                {
                    "score": round(float(face[0]), 5),
                    "edges": [round(float(v) * 128, 3) for v in face[1:5]],
                    "keypoints": [[round(float(v) * 128, 3) for v in face[i : i + 2]] for i in range(5, 17, 2)],
                }
                for face in suppress(rows)
            ]
    lines = [f"{json.dumps(name)}: {json.dumps(case)}" for name, case in cases.items() if "faces" in case]
    CASES.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    counts = [len(case["faces"]) for case in cases.values() if "faces" in case]
    summary = {count: counts.count(count) for count in sorted(set(counts))}
    print(f"{len(counts)} cases; faces per case -> cases: {summary}")


if __name__ == "__main__":
    main()

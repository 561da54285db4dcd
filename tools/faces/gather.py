"""Collects the photographs of sources.json from clones of their repositories and writes the list for `face_crops`.

    gather.py CLONES OUT

CLONES contains a clone of each repository as OWNER+NAME; missing ones are reported and skipped. Writes
OUT/OWNER+NAME/CLASS/… and OUT/list.jsonl. Faces of annotated photographs (Pascal VOC) are cropped with a margin, films
give 24 frames each. Sources without a recipe were sorted by hand; their pictures are used if they are already in
OUT/OWNER+NAME/CLASS.
"""

import json
import os
import shutil
import sys
import xml.etree.ElementTree as ElementTree

import cv2

PICTURES = ('.jpg', '.jpeg', '.png')
FILMS = ('.mp4', '.mkv', '.mpg', '.webm', '.avi')
FRAMES = 24
# Least side of an annotated box, pixels, and half the side of a crop, in boxes.
MIN_BOX, HALF_CROP = 48, 0.8


def files_under(folder, endings):
    for root, _, names in sorted(os.walk(folder)):
        yield from (os.path.join(root, name) for name in sorted(names) if name.lower().endswith(endings))


def copy_files(clone, out, files):
    for kind, prefix in files.items():
        os.makedirs(f'{out}/{kind}', exist_ok=True)
        for path in files_under(f'{clone}/{prefix}', PICTURES):
            shutil.copyfile(path, f'{out}/{kind}/{os.path.basename(path)}')


def crop_boxes(clone, out, kinds):
    kind_of = {label: kind for kind, label in kinds.items()}
    photographs = {os.path.splitext(os.path.basename(path))[0]: path for path in files_under(clone, PICTURES)}
    for annotation in files_under(clone, ('.xml',)):
        name = os.path.splitext(os.path.basename(annotation))[0]
        picture = cv2.imread(photographs[name]) if name in photographs else None
        if picture is None:
            continue
        for number, item in enumerate(ElementTree.parse(annotation).iter('object')):
            kind = kind_of.get(item.findtext('name'))
            box = item.find('bndbox')
            left, top, right, bottom = (float(box.findtext(side)) for side in ('xmin', 'ymin', 'xmax', 'ymax'))
            if kind is None or min(right - left, bottom - top) < MIN_BOX:
                continue
            half = HALF_CROP * max(right - left, bottom - top)
            x, y = (left + right) / 2, (top + bottom) / 2
            crop = picture[max(0, int(y - half)) : int(y + half), max(0, int(x - half)) : int(x + half)]
            os.makedirs(f'{out}/{kind}', exist_ok=True)
            cv2.imwrite(f'{out}/{kind}/{name}_{number}.jpg', crop)


def extract_frames(clone, out, films):
    for kind, prefix in films.items():
        os.makedirs(f'{out}/{kind}', exist_ok=True)
        for path in files_under(f'{clone}/{prefix}', FILMS):
            film = cv2.VideoCapture(path)
            step = max(1, int(film.get(cv2.CAP_PROP_FRAME_COUNT)) // FRAMES)
            number = 0
            while film.grab():
                if number % step == 0:
                    name = f'{os.path.splitext(os.path.basename(path))[0]}__{number:05d}.jpg'
                    cv2.imwrite(f'{out}/{kind}/{name}', film.retrieve()[1])
                number += 1


def crop_packages(root, out):
    """Crops the portraits of the npm and PyPI packages that crates/rendering/corpus/fetch.mjs fetched."""
    os.makedirs(out, exist_ok=True)
    for portrait in json.load(open(f'{root}/crates/rendering/corpus/photographs.json')):
        package = portrait['source'].split(':')[1]
        paths = [f'{root}/{folder}/{package}/{portrait["file"]}' for folder in ('node_modules', '.cache/photographs')]
        picture = next((cv2.imread(path) for path in paths if os.path.isfile(path)), None)
        # now-ui-kit has no open licence.
        if picture is None or package == 'now-ui-kit':
            continue
        half = 1.6 * portrait['width']
        top, left = max(0, int(portrait['y'] - half)), max(0, int(portrait['x'] - half))
        crop = picture[top : int(portrait['y'] + half), left : int(portrait['x'] + half)]
        name = f'{out}/{portrait["person"]}.png'
        cv2.imwrite(name, crop)
        bare = portrait['shows'] == 'bare'
        kind = ('glasses' if 'glasses' in portrait.get('wears', []) else 'bare') if bare else 'sunglasses'
        yield {'file': os.path.abspath(name), 'source': portrait['source'], 'class': kind, 'covered': bare}


def main():
    clones, out = sys.argv[1:]
    here = os.path.dirname(os.path.abspath(__file__))
    lines = list(crop_packages(f'{here}/../..', f'{out}/packages'))
    for source in json.load(open(f'{here}/sources.json')):
        name = source['repository'].replace('/', '+')
        clone, target = f'{clones}/{name}', f'{out}/{name}'
        if os.path.isdir(clone):
            copy_files(clone, target, source.get('files', {}))
            if 'boxes' in source:
                crop_boxes(clone, target, source['boxes'])
            extract_frames(clone, target, source.get('films', {}))
        if not os.path.isdir(target):
            print(f'{name} is missing')
            continue
        for kind in sorted(os.listdir(target)):
            for path in files_under(f'{target}/{kind}', PICTURES):
                covered = source.get('covered', False) and kind == 'bare'
                lines.append({'file': os.path.abspath(path), 'source': name, 'class': kind, 'covered': covered})
    with open(f'{out}/list.jsonl', 'w') as file:
        file.writelines(json.dumps(line) + '\n' for line in lines)
    print(f'{len(lines)} pictures')


if __name__ == '__main__':
    main()

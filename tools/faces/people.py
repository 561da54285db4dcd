"""Groups faces by person, so that no network is tested on a person it was trained with.

    people.py CROPS

Reads CROPS/people.f32 (from people.mjs: 1024 numbers, sex, age for each chip) and writes CROPS/people.json: group and
estimated age of each photograph. Photographs with similar descriptors form a group, transitively. Merging two people into
one group does no harm.
"""

import json
import os
import sys

import numpy as np

# Chosen by visual review of pairs: the least similarity of descriptors of one person, and of 16 x 16 pictures of one
# photograph.
SAME_PERSON, SAME_PHOTOGRAPH = 0.52, 0.985


def main():
    folder = sys.argv[1]
    records = [json.loads(line) for line in open(f'{folder}/faces.jsonl')]
    files = {r['chip']: r['file'] for r in records if r['chip'] is not None}
    all_ = np.fromfile(f'{folder}/people.f32', np.float32).reshape(-1, 1026)
    known = all_[:, :1024].any(1)
    d = np.where(known[:, None], all_[:, :1024] - all_[known, :1024].mean(0), 0)
    d /= np.linalg.norm(d, axis=1, keepdims=True) + 1e-9
    parent = np.arange(len(d))

    def root(i):
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    def link(descriptors, rows, threshold):
        for at, i in enumerate(rows):
            for j in rows[at + 1 :][descriptors[at] @ descriptors[at + 1 :].T > threshold]:
                parent[root(j)] = root(i)

    described = np.flatnonzero(known)
    link(d[described], described, SAME_PERSON)
    # Masked faces have no useful descriptor. For them, crops and scales of the same photograph are linked.
    chips = np.memmap(f'{folder}/chips.rgb', np.uint8, 'r').reshape(-1, 256, 256, 3)
    small = np.array([c[64:192, 64:192].reshape(16, 8, 16, 8, 3).mean((1, 3, 4)).ravel() for c in chips])
    small -= small.mean(1, keepdims=True)
    small /= np.linalg.norm(small, axis=1, keepdims=True) + 1e-9
    link(small, np.arange(len(small)), SAME_PHOTOGRAPH)
    name = lambda file: os.path.splitext(os.path.basename(file))[0].split('__')[0]
    linked = np.bincount([root(i) for i in range(len(d))], minlength=len(d)) > 1
    # Variants of a photograph and frames of a film belong to the first of them. Without a group here, labels.py takes the
    # person from the file name.
    groups = {}
    for i in range(len(d)):
        if known[i] or linked[root(i)]:
            groups.setdefault(name(files[i]), [int(root(i)), int(all_[i, 1025]) if known[i] else None])
    json.dump(groups, open(f'{folder}/people.json', 'w'))
    sizes = np.bincount([group for group, _ in groups.values()])
    sizes = np.sort(sizes[sizes > 0])[::-1]
    print(f'{len(d)} photographs, {len(sizes)} groups, largest {sizes[:8].tolist()}')


if __name__ == '__main__':
    main()

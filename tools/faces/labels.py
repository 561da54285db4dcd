"""Labels of the crops: covered regions, open eyes, head pose, and the fold of the person."""

import hashlib
import json
import os
from types import SimpleNamespace

import numpy as np

from augment import CROP

# Right eye, left eye, nose, mouth, forehead: 1 covered, 0 visible, -1 unknown, -2 one of the first four is covered.
CLASSES = {
    'mask': [0, 0, 1, 1, -1],
    'sunglasses': [1, 1, 0, 0, -1],
    'niqab': [0, 0, 1, 1, -1],
    'scarf': [0, 0, -1, 1, -1],
    'hand': [-2, -2, -2, -2, -1],
    'thing': [-2, -2, -2, -2, -1],
    'bare': [0, 0, 0, 0, -1],
    'glasses': [0, 0, 0, 0, -1],
    'beard': [0, 0, 0, 0, -1],
    'hijab': [0, 0, 0, 0, -1],
    'turban': [0, 0, 0, 0, -1],
    'eyes_open': [0, 0, 0, 0, -1],
    'eyes_closed': [0, 0, 0, 0, -1],
    # Hands and microphones may cover these faces.
    'talking': [-1, -1, -1, -1, -1],
    'shut_both': [0, 0, 0, 0, -1],
    'shut_right': [0, 0, 0, 0, -1],
    'shut_left': [0, 0, 0, 0, -1],
}
# Openness of the eyes that shut_eyes.py closed.
SYNTHETICALLY_SHUT = {'shut_both': [0, 0], 'shut_right': [0, 1], 'shut_left': [1, 0]}
BARE = {'bare', 'glasses', 'beard', 'hijab', 'turban', 'eyes_open', 'eyes_closed'}
# Lid distance relative to eye width: shut below SHUT, open above OPEN.
SHUT, OPEN = 0.11, 0.2
# Greatest residual between landmarks and the mean face, relative to its size; above it the photograph is distorted.
MAX_RESIDUAL = 0.13


def fold_of(group, folds):
    return int(hashlib.sha256(group.encode()).hexdigest()[:8], 16) % folds


def group_of(file, groups):
    """The person by file names and descriptors. Frames of one film and variants of one photograph belong together."""
    name = os.path.splitext(os.path.basename(file))[0].split('__')[0]
    if name in groups:
        return str(groups[name][0])
    # LFW: First_Last_0001.
    return name.rstrip('0123456789')


def load(folder, folds):
    records = [json.loads(line) for line in open(f'{folder}/faces.jsonl')]
    here = os.path.dirname(os.path.abspath(__file__))
    sources = json.load(open(f'{here}/sources.json'))
    use = {s['repository'].replace('/', '+'): s['use'] for s in sources}
    relabelled = dict(line.rstrip('\n').split('\t') for line in open(f'{here}/relabelled.tsv'))
    groups = json.load(open(f'{folder}/people.json')) if os.path.exists(f'{folder}/people.json') else {}
    reference = np.load(f'{folder}/reference.npy')
    count = len(records)
    crops = np.memmap(f'{folder}/faces.rgb', np.uint8, 'r', shape=(count, CROP, CROP, 3))
    parts = np.full((count, 5), -1, np.float32)
    eyes = np.full((count, 2), -1, np.float32)
    pose = np.full((count, 3), np.nan, np.float32)
    weight = np.ones(count)
    fold = np.zeros(count, int)
    is_excluded = np.zeros(count, bool)
    chip_of = {r['file']: r['chip'] for r in records if r['chip'] is not None}
    for i, r in enumerate(records):
        name = os.path.basename(r['file'])
        source = r['source']
        known = use.get(source, 'fit' if ':' in source else 'evaluate')
        fold[i] = fold_of(group_of(r['file'], groups), folds) if known == 'fit' else -1
        other = relabelled.get(f'{source}/{r["class"]}/{name}')
        if other:
            # Drawn covers over a face that was mislabelled as bare are excluded, too.
            is_excluded[i] = other == 'excluded' or r['cover'] is not None
            r['class'] = r['class'] if is_excluded[i] else other
        if known != 'fit' or is_excluded[i]:
            weight[i] = 0
        if r['cover'] is None:
            parts[i] = CLASSES.get(r['class'], [-1] * 5)
        else:
            share = np.array((r['parts'] + [-1])[:5])
            parts[i] = np.where(share >= 0.6, 1, np.where((share >= 0) & (share <= 0.08), 0, -1))
        if r['class'] in SYNTHETICALLY_SHUT:
            eyes[i] = SYNTHETICALLY_SHUT[r['class']]
            continue
        chip = chip_of.get(r['file'])
        if chip is None or not np.isfinite(reference[chip, 0]) or reference[chip, 5] > MAX_RESIDUAL:
            continue
        row = reference[chip]
        if r['class'] in BARE or r['class'] == 'talking':
            pose[i] = [row[0], row[1], row[2] - r['pose'][2]]
            if np.abs(pose[i][2]) > 45:
                pose[i] = np.nan
            for e in range(2):
                if parts[i][e] == 0 or r['class'] == 'talking':
                    eyes[i][e] = np.clip((row[3 + e] - SHUT) / (OPEN - SHUT), 0, 1)
    kind = np.array([kind_of(r) for r in records], dtype=object)
    real = np.array([r['cover'] is None for r in records])
    kind[real & (kind == 'bare') & (eyes.max(1) < 0.3) & (eyes.min(1) >= 0)] = 'eyes_closed'
    for k in np.unique(kind):
        of = kind == k
        weight[of] *= SHARES.get(k, SHARES.get(k.split(':')[0], 1.0)) / max(1, (weight[of] > 0).sum())
    return SimpleNamespace(
        records=records, crops=crops, parts=parts, eyes=eyes, pose=pose, weight=weight, fold=fold, kind=kind,
        excluded=is_excluded,
    )


def skin_tone(crop):
    """Individual typology angle of the cheeks (Chardon et al. 1991) in three groups. Coloured light distorts it.

    `typology_angle` in crates/rendering/src/lighting.rs computes the same angle: change both together.
    """
    cheeks = np.concatenate([crop[52:62, 28:38].reshape(-1, 3), crop[52:62, 58:68].reshape(-1, 3)]) / 255.0
    linear = np.where(cheeks > 0.04045, ((cheeks + 0.055) / 1.055) ** 2.4, cheeks / 12.92)
    xyz = np.median(linear, 0) @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    f = np.cbrt(np.maximum(xyz / [0.9505, 1.0, 1.089], 0.0089))
    light, blue = 116 * f[1] - 16, 200 * (f[1] - f[2])
    angle = np.degrees(np.arctan2(light - 50, blue))
    return 'light' if angle > 41 else 'intermediate' if angle > 10 else 'dark'


def write(data, folder, path):
    """Writes labels.jsonl for `face_rates`."""
    people = f'{folder}/people.json'
    people = json.load(open(people)) if os.path.exists(people) else {}
    with open(path, 'w') as out:
        for i, r in enumerate(data.records):
            groups = []
            if r['cover'] is None and r['class'] in BARE:
                groups.append(f'skin by typology angle: {skin_tone(np.asarray(data.crops[i]))}')
                if r['class'] != 'bare':
                    groups.append(r['class'])
                known = people.get(os.path.splitext(os.path.basename(r['file']))[0])
                if known and known[1] is not None:
                    age = known[1]
                    groups.append('age by estimate: ' + ('under 20' if age < 20 else 'under 45' if age < 45 else '45 and over'))
            line = dict(
                kind=str(data.kind[i]).replace(':', ': '),
                real=r['cover'] is None and r['class'] not in SYNTHETICALLY_SHUT,
                bare=str(data.kind[i]) in BARE or data.kind[i] == 'bare drawn on',
                fold=int(data.fold[i]) if data.fold[i] >= 0 else None,
                excluded=bool(data.excluded[i]),
                pose=[float(x) for x in data.pose[i]] if np.isfinite(data.pose[i]).all() else None,
                keypoint_pose=r['pose'],
                eyes=[float(x) for x in data.eyes[i]],
                groups=groups,
            )
            out.write(json.dumps(line) + '\n')


# Relative frequency of each kind in a batch.
SHARES = {'bare': 7.0, 'bare drawn on': 4.0, 'mask': 2.5, 'sunglasses': 0.9, 'hand': 0.5, 'eyes_closed': 1.8, 'drawn': 0.6,
          'drawn:real_hand_over_mouth': 1.2, 'drawn:real_hand_over_eye': 1.2, 'talking': 1.5, 'shut_both': 1.6,
          'shut_right': 0.8, 'shut_left': 0.8}


def kind_of(r):
    if r['class'].startswith('shut'):
        return r['class']
    if r['cover'] is None:
        return r['class']
    return 'bare drawn on' if r['cover'] in ('bare', 'clear_glasses', 'hat') else 'drawn:' + r['cover']


def pose_slopes(data, out):
    """Slope of each angle against the reference, on real faces."""
    slopes = []
    for axis in range(3):
        of = np.isfinite(out[:, 0]) & np.isfinite(data.pose[:, axis]) & (data.fold >= 0)
        of &= np.array([r['cover'] is None for r in data.records])
        slopes.append(float(np.polyfit(data.pose[of, axis], out[of, 7 + axis] * 10, 1)[0]))
    return slopes


def report(data, out, false_alarms=0.01):
    tested = np.isfinite(out[:, 0])
    most_covered = out[:, :4].max(1)
    width = np.array([r['face_width'] for r in data.records])
    poses = np.array([r['pose'] for r in data.records])
    # The limits of guidance: max_yaw and max_pitch in src/guidance/thresholds.rs.
    frontal = (np.abs(poses[:, 0]) <= 18) & (np.abs(poses[:, 1]) <= 20)
    is_bare = np.array([k in BARE or k == 'bare drawn on' for k in data.kind])
    real = np.array([r['cover'] is None and r['class'] not in SYNTHETICALLY_SHUT for r in data.records])
    clean = ~data.excluded
    use = tested & frontal & clean & is_bare & real & (data.fold >= 0)
    limit = np.quantile(most_covered[use], 1 - false_alarms) if use.any() else 0
    print(f'limit {limit:.2f} at {false_alarms:.0%} of {use.sum()} bare real frontal')
    for k in np.unique(data.kind):
        for which, of in (('fit', data.fold >= 0), ('evaluate', data.fold < 0)):
            of = of & tested & frontal & (data.kind == k)
            if which == 'fit':
                of &= clean
            if of.any():
                above = (most_covered[of] > limit).sum()
                print(f'  {k:28} {which:9} {above:5} of {of.sum():5} {above / of.sum():6.1%}')
    for axis, name in enumerate(('yaw', 'pitch', 'roll')):
        of = tested & real & np.isfinite(data.pose[:, axis]) & (data.fold >= 0)
        if not of.any():
            continue
        estimate, truth = out[of, 7 + axis] * 10, data.pose[of, axis]
        by_keypoints = poses[of, axis] - (poses[of, 2] if axis == 2 else 0)
        error = np.abs(estimate - truth)
        slope = lambda a: np.polyfit(truth, a, 1)[0]
        print(f'  {name}: median {np.median(error):.1f} 95% {np.quantile(error, .95):.1f} slope {slope(estimate):.2f}; keypoints: median {np.median(np.abs(by_keypoints - truth)):.1f} slope {slope(by_keypoints):.2f}')
    for e, name in enumerate(('right', 'left')):
        of = tested & (data.fold >= 0)
        shut, opened = of & (data.eyes[:, e] == 0), of & (data.eyes[:, e] == 1)
        if shut.any() and opened.any():
            print(f'  {name} eye: shut {(out[shut, 5 + e] < 0).mean():.1%} of {shut.sum()}, open {(out[opened, 5 + e] > 0).mean():.1%} of {opened.sum()}')

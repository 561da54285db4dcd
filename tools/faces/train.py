"""Trains the face network with the crops of `face_crops` and the reference of reference.py.

    train.py CROPS OUT [--folds N] [--judged N] [--start FILE] [--seed N]

Writes OUT/fold-K.bin (trained without the people of fold K), OUT/network.bin (trained with all people), OUT/held_out.npy
(the outputs for each face by the network trained without its person), OUT/labels.jsonl, and OUT/vectors.json (test vectors).
"""

import argparse
import functools
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
import optax

import augment
import labels as labelling
import network

CROP = augment.CROP
BATCH = 128


# Steps, greatest learning rate, weights of the losses of eyes and pose. Eyes are small: without a high weight in the first
# phase they are never learnt.
PHASES = [(6000, 3e-3, 4.0, 2.0), (4500, 2.5e-3, 1.5, 3.0)]


def loss_of(params, key, pixels, parts, eyes, pose, eye_weight, pose_weight):
    out = network.forward(params, pixels, key)
    bce = lambda logit, target: jnp.maximum(logit, 0) - logit * target + jnp.log1p(jnp.exp(-jnp.abs(logit)))
    # 0..1 is known, -1 unknown; -2 means that one of eyes, nose and mouth is covered.
    known = (parts >= 0).astype(jnp.float32)
    # False alarms on bare faces cost more than missed covers.
    weight = known * jnp.where(parts > 0.5, 1.0, 2.0)
    part = (weight * bce(out[:, :5], jnp.clip(parts, 0, 1) * 0.98 + 0.01)).sum() / BATCH
    any_covered = (parts[:, 0] < -1.5).astype(jnp.float32)
    most_covered = jax.nn.logsumexp(4 * out[:, :4], axis=1) / 4
    part += (any_covered * bce(most_covered, 0.95)).sum() / BATCH
    eyes_known = (eyes >= 0).astype(jnp.float32)
    eye = (eyes_known * bce(out[:, 5:7], jnp.clip(eyes, 0, 1))).sum() / BATCH
    pose_known = jnp.isfinite(pose).astype(jnp.float32)
    error = jnp.abs(out[:, 7:10] - jnp.where(jnp.isfinite(pose), pose, 0) / 10)
    turn = (pose_known * jnp.where(error < 0.3, error**2 / 0.6, error - 0.15)).sum() / BATCH
    return part + eye_weight * eye + pose_weight * turn


@functools.partial(jax.jit, static_argnums=0)
def step(optimiser, params, state, average, key, pixels, parts, eyes, pose, eye_weight, pose_weight):
    loss, grads = jax.value_and_grad(loss_of)(params, key, pixels, parts, eyes, pose, eye_weight, pose_weight)
    updates, state = optimiser.update(grads, state, params)
    params = optax.apply_updates(params, updates)
    average = jax.tree.map(lambda a, b: 0.998 * a + 0.002 * b, average, params)
    return params, state, average, loss


def draw_batch(data, rows, probabilities, random):
    """A random batch with augmentation; half of it is mirrored."""
    pick = random.choice(rows, BATCH, p=probabilities)
    flip = random.random(BATCH) < 0.5
    pixels, angle = augment.batch(random, [data.crops[i] for i in pick], flip)
    f = flip[:, None]
    parts, eyes, pose = data.parts[pick], data.eyes[pick], data.pose[pick].copy()
    pose[:, 2] -= angle
    return (
        pixels,
        np.where(f, parts[:, [1, 0, 2, 3, 4]], parts),
        np.where(f, eyes[:, ::-1], eyes),
        np.where(f, pose * np.float32([-1, 1, -1]), pose),
    )


def train(data, rows, params, phase, seed, name):
    steps, rate, eye_weight, pose_weight = phase
    random = np.random.default_rng(seed)
    weights = data.weight[rows] / data.weight[rows].sum()
    schedule = optax.warmup_cosine_decay_schedule(0, rate, 200, steps, 1e-5)
    optimiser = optax.chain(optax.clip_by_global_norm(2.0), optax.adamw(schedule, weight_decay=0.01))
    state, average = optimiser.init(params), params
    key, start, sum_ = jax.random.PRNGKey(seed), time.time(), 0.0
    with ThreadPoolExecutor(1) as pool:
        batches = [pool.submit(draw_batch, data, rows, weights, random) for _ in range(2)]
        for i in range(steps):
            key, sub = jax.random.split(key)
            batch = batches.pop(0).result()
            batches.append(pool.submit(draw_batch, data, rows, weights, random))
            params, state, average, loss = step(
                optimiser, params, state, average, sub, *batch, eye_weight, pose_weight
            )
            sum_ += float(loss)
            if (i + 1) % 250 == 0:
                print(f'{name} {i + 1}/{steps} loss {sum_ / 250:.4f} {time.time() - start:.0f} s', flush=True)
                sum_ = 0.0
    return network.unpacked(average)


@jax.jit
def outputs_of(params, pixels):
    return network.forward(params, pixels)


def predict(params, crops):
    edge = (CROP - network.SIDE) // 2
    out = []
    for i in range(0, len(crops), 256):
        pixels = np.asarray(crops[i : i + 256, edge:-edge, edge:-edge], np.float32)
        count = len(pixels)
        pixels = np.concatenate([pixels, np.zeros((256 - count, *pixels.shape[1:]), np.float32)])
        out.append(np.asarray(outputs_of(params, pixels))[:count])
    return np.concatenate(out)


def rescale_angles(params, slopes):
    """Divides the angles by these slopes: training with noisy pictures shrinks them towards 0."""
    by = np.ones(network.OUTPUTS, np.float32)
    by[7:10] = 1 / np.float32(slopes)
    out = dict(weights=params['out']['weights'] * by, bias=params['out']['bias'] * by)
    return network.unpacked({**params, 'out': out})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('crops')
    parser.add_argument('out')
    parser.add_argument('--folds', type=int, default=4)
    parser.add_argument('--judged', type=int, default=4, help='number of folds to hold out and test')
    parser.add_argument('--start', help='a file of weights to start the second phase from, instead of the first phase')
    parser.add_argument('--seed', type=int, default=1)
    a = parser.parse_args()
    os.makedirs(a.out, exist_ok=True)
    data = labelling.load(a.crops, a.folds)
    print(f'{len(data.crops)} crops, {network.weight_count(network.init(0))} weights', flush=True)
    labelling.write(data, a.crops, f'{a.out}/labels.jsonl')
    held_out = np.full((len(data.crops), network.OUTPUTS), np.nan, np.float32)
    trained = []
    for fold in range(a.judged):
        rows = np.flatnonzero((data.fold != fold) & (data.weight > 0))
        params = network.parse(open(a.start, 'rb').read()) if a.start else network.init(a.seed)
        for phase in PHASES[1:] if a.start else PHASES:
            params = train(data, rows, params, phase, a.seed, f'fold {fold}')
        trained.append(params)
        tested = np.flatnonzero((data.fold == fold) | ((data.fold < 0) & (fold == 0)))
        held_out[tested] = predict(params, data.crops[tested])
    slopes = labelling.pose_slopes(data, held_out)
    print(f'slopes of yaw, pitch, roll before rescaling: {slopes}')
    for fold, params in enumerate(trained):
        params = rescale_angles(params, slopes)
        open(f'{a.out}/fold-{fold}.bin', 'wb').write(network.pack(params))
        tested = np.flatnonzero(data.fold == fold) if fold else np.flatnonzero(data.fold <= 0)
        held_out[tested] = predict(params, data.crops[tested])
    np.save(f'{a.out}/held_out.npy', held_out)
    labelling.report(data, held_out)
    # All people, starting from the network of the first fold.
    params = train(data, np.flatnonzero(data.weight > 0), trained[0], PHASES[1], a.seed + 1, 'all')
    params = rescale_angles(params, slopes)
    open(f'{a.out}/network.bin', 'wb').write(network.pack(params))
    json.dump(network.vectors(params), open(f'{a.out}/vectors.json', 'w'))


if __name__ == '__main__':
    main()

"""The face network in JAX, with the same structure as src/quality/face_network.

Input: 64 x 64 RGB, normalised by its mean and deviation. A layer on squares of 4 x 4 pixels gives a 16 x 16 map, followed
by blocks as in BlazeFace (depthwise 3 x 3, pointwise, residual, ReLU), a bottleneck (pointwise), one hidden layer and the
outputs.
"""

import functools

import jax
import jax.numpy as jnp
import numpy as np

SIDE = 64
# Inputs, outputs and stride of each block.
BLOCKS = [(32, 32, 1)] * 3 + [(32, 64, 2)] + [(64, 64, 1)] * 3
# Pixels along a side of the squares that the first layer reads.
PATCH = 4
NARROW = 12
HIDDEN = 24
# Log odds that right eye, left eye, nose, mouth, forehead are covered; log odds that right and left eye are open; yaw,
# pitch, roll in tens of degrees.
PARTS = 5
OUTPUTS = PARTS + 2 + 3


def init(seed):
    random = np.random.default_rng(seed)
    normal = lambda scale, *shape: jnp.asarray(random.normal(0, scale, shape), jnp.float32)
    blocks = []
    for inputs, outputs, _ in BLOCKS:
        blocks.append(
            dict(
                depthwise=normal(1 / 3, 3, 3, inputs),
                depthwise_bias=jnp.zeros(inputs),
                pointwise=normal((0.7 / inputs) ** 0.5, inputs, outputs),
                bias=jnp.zeros(outputs),
            )
        )
    flat = (SIDE // 8) ** 2 * NARROW
    dense = lambda a, b: dict(weights=normal((2 / a) ** 0.5, a, b), bias=jnp.zeros(b))
    first = PATCH * PATCH * 3
    return dict(stem=dense(first, BLOCKS[0][0]), blocks=blocks, narrow=dense(64, NARROW), hidden=dense(flat, HIDDEN), out=dense(HIDDEN, OUTPUTS))


def normalise(pixels):
    """Normalises RGB, 0..255, to mean 0 and deviation 1 over the crop, all channels together."""
    mean = pixels.mean((1, 2, 3), keepdims=True)
    deviation = pixels.std((1, 2, 3), keepdims=True)
    return (pixels - mean) / (deviation + 8.0)


def taps(x, stride):
    """The nine shifted copies of H x W x C for a 3 x 3 window, with the SAME padding of TFLite."""
    side = x.shape[0] // stride
    end = side * stride - stride + 1
    padded = jnp.pad(x, ((1, 1), (1, 1), (0, 0)) if stride == 1 else ((0, 1), (0, 1), (0, 0)))
    return [padded[i : i + end : stride, j : j + end : stride] for i in range(3) for j in range(3)]


def plain(weights, x, stride):
    return jax.vmap(lambda one: sum(w * tap for w, tap in zip(weights.reshape(9, -1), taps(one, stride))))(x)


depthwise = jax.custom_vjp(plain, nondiff_argnums=(2,))


def depthwise_forward(weights, x, stride):
    return depthwise(weights, x, stride), (weights, x)


def depthwise_backward(stride, saved, back):
    """Loops over the pictures, which on a CPU is four times faster than the sum of XLA over pictures and positions."""
    weights, x = saved
    _, to_input = jax.vjp(lambda x: plain(weights, x, stride), x)

    def add(sums, one):
        x, back = one
        return sums + jnp.stack([back * tap for tap in taps(x, stride)]), None

    sums, _ = jax.lax.scan(add, jnp.zeros((9, *back.shape[1:])), (x, back))
    return sums.sum((1, 2)).reshape(weights.shape), to_input(back)[0]


depthwise.defvjp(depthwise_forward, depthwise_backward)


def block(p, x, stride):
    side = x.shape[1] // stride
    y = depthwise(p['depthwise'], x, stride) + p['depthwise_bias']
    y = y @ p['pointwise'] + p['bias']
    if stride == 2:
        x = x.reshape(x.shape[0], side, 2, side, 2, x.shape[3]).max((2, 4))
    x = jnp.pad(x, ((0, 0), (0, 0), (0, 0), (0, y.shape[3] - x.shape[3])))
    return jax.nn.relu(x + y)


def forward(params, pixels, dropout=None):
    """Outputs of a batch of 64 x 64 RGB pictures, 0..255."""
    x = normalise(pixels)
    count = x.shape[0]
    side = SIDE // PATCH
    x = x.reshape(count, side, PATCH, side, PATCH, 3).transpose(0, 1, 3, 2, 4, 5).reshape(count, side, side, -1)
    x = jax.nn.relu(x @ params['stem']['weights'] + params['stem']['bias'])
    for p, (_, _, stride) in zip(params['blocks'], BLOCKS):
        x = block(p, x, stride)
    x = jax.nn.relu(x @ params['narrow']['weights'] + params['narrow']['bias']).reshape(count, -1)
    if dropout is not None:
        x = x * jax.random.bernoulli(dropout, 0.8, x.shape) / 0.8
    x = jax.nn.relu(x @ params['hidden']['weights'] + params['hidden']['bias'])
    return x @ params['out']['weights'] + params['out']['bias']


def weight_count(params):
    return sum(leaf.size for leaf in jax.tree.leaves(params))


def quantised(params):
    """The quantised weights of the file: 255 steps per output channel (per channel of a depthwise layer)."""

    def steps(weights):
        flat = np.asarray(weights).reshape(-1, weights.shape[-1])
        scale = np.maximum(np.abs(flat).max(0) / 127, 1e-12).astype(np.float32)
        return np.clip(np.round(flat / scale), -127, 127).astype(np.int8), scale

    layers = [(*steps(params['stem']['weights']), params['stem']['bias'])]
    for p in params['blocks']:
        layers += [(*steps(p['depthwise']), p['depthwise_bias']), (*steps(p['pointwise']), p['bias'])]
    layers += [(*steps(params[name]['weights']), params[name]['bias']) for name in ('narrow', 'hidden', 'out')]
    return [(q, scale, np.asarray(bias, np.float32)) for q, scale, bias in layers]


def pack(params):
    """The file: for each layer scales and biases (f32) and steps (i8), [input][output] by rows."""
    return b''.join(scale.tobytes() + bias.tobytes() + q.tobytes() for q, scale, bias in quantised(params))


def unpacked(params):
    """The parameters after quantisation."""
    return from_layers([(q * scale, bias) for q, scale, bias in quantised(params)])


def parse(file):
    """Reads the parameters of a file."""
    layers, at = [], 0
    for weights, scale, bias in quantised(init(0)):
        scale = np.frombuffer(file, np.float32, len(scale), at)
        bias = np.frombuffer(file, np.float32, len(bias), at + 4 * len(scale))
        at += 8 * len(scale)
        layers.append((np.frombuffer(file, np.int8, weights.size, at).reshape(weights.shape) * scale, bias))
        at += weights.size
    return from_layers(layers)


def from_layers(layers):
    layers = iter(layers)
    stem = dict(zip(('weights', 'bias'), next(layers)))
    blocks = []
    for inputs, outputs, _ in BLOCKS:
        (d, db), (p, b) = next(layers), next(layers)
        blocks.append(dict(depthwise=d.reshape(3, 3, inputs), depthwise_bias=db, pointwise=p, bias=b))
    rest = {name: dict(zip(('weights', 'bias'), next(layers))) for name in ('narrow', 'hidden', 'out')}
    return jax.tree.map(jnp.asarray, dict(stem=stem, blocks=blocks, **rest))


def synthetic_picture(seed):
    """A picture by the same formula as in tests/engine/face_network.rs."""
    y, x, c = np.mgrid[0:SIDE, 0:SIDE, 0:3]
    return ((3 * x * x + 7 * y * seed + 50 * c + x * y) % 256).astype(np.float32)


def vectors(params):
    """Outputs for synthetic pictures, for the tests of the engine."""
    seeds = [1, 2, 5, 11]
    outputs = np.asarray(forward(params, jnp.stack([synthetic_picture(seed) for seed in seeds])))
    return [dict(seed=seed, outputs=[round(float(v), 5) for v in row]) for seed, row in zip(seeds, outputs)]

"""Random augmentation of crops: position, light and lens."""

import cv2
import numpy as np

cv2.setNumThreads(1)
CROP, SIDE = 96, 64
POSITIONS = np.arange(SIDE, dtype=np.float32) / SIDE - 0.5


def augment(random, crop, flip):
    """Returns a 64 x 64 picture (f32, 0..255) from a 96 x 96 crop, and its rotation in degrees."""
    angle = float(np.clip(random.normal(0, 5), -14, 14))
    scale = np.exp(random.normal(0, 0.06))
    shift = np.clip(random.normal(0, 2.4, 2), -6, 6)
    sin, cos = np.sin(np.radians(angle)) * scale, np.cos(np.radians(angle)) * scale
    u = -1 if flip else 1
    # From picture to crop coordinates.
    middle, half = CROP / 2 - 0.5 + shift, SIDE / 2 - 0.5
    m = np.float32([[u * cos, -sin, 0], [u * sin, cos, 0]])
    m[:, 2] = middle - m[:, :2] @ [half, half]
    p = cv2.warpAffine(crop, m, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE)
    # Beauty filters, small pictures, motion blur.
    kind = random.random()
    if kind < 0.3:
        p = cv2.GaussianBlur(p, (0, 0), random.uniform(0.3, 1.8))
    elif kind < 0.45:
        small = int(random.integers(20, 50))
        p = cv2.resize(cv2.resize(p, (small, small), interpolation=cv2.INTER_AREA), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
    elif kind < 0.55:
        p = cv2.bilateralFilter(p, 5, random.uniform(15, 50), 3)
    elif kind < 0.65:
        p = cv2.blur(p, (int(random.integers(2, 5)), 1) if random.random() < 0.5 else (1, int(random.integers(2, 5))))
    p = p.astype(np.float32)
    saturation = 0.0 if random.random() < 0.06 else np.exp(random.normal(0, 0.3))
    gray = p @ np.float32([0.299, 0.587, 0.114])
    p = gray[..., None] + (p - gray[..., None]) * np.float32(saturation)
    tint = random.normal(0, 0.25 if random.random() < 0.2 else 0.08, 3) + random.normal(0, 0.25)
    gain = np.float32(np.exp(tint))
    gamma = np.exp(random.normal(0, 0.25))
    p = 255 * np.power(np.clip(p, 0, 255) / 255, np.float32(gamma)) * gain
    slope = random.normal(0, 0.25, 2).astype(np.float32)
    p *= (1 + slope[0] * POSITIONS[None, :] + slope[1] * POSITIONS[:, None])[..., None]
    if random.random() < 0.5:
        sigma = np.float32(random.uniform(0, 7))
        p += sigma * random.standard_normal((SIDE, SIDE, 3), np.float32)
        if random.random() < 0.5:
            p += np.repeat(np.repeat(sigma * random.standard_normal((SIDE // 2, SIDE // 2, 1), np.float32), 2, 0), 2, 1)
    p = np.clip(p, 0, 255)
    if random.random() < 0.1:
        # A near face may extend beyond the frame, which is black there.
        cut, side = int(random.uniform(1, 0.2 * SIDE)), random.integers(0, 4)
        p[[slice(0, cut), slice(-cut, None), slice(None), slice(None)][side], [slice(None), slice(None), slice(0, cut), slice(-cut, None)][side]] = 0
    return p, angle


def batch(random, crops, flips):
    augmented = [augment(random, crop, flip) for crop, flip in zip(crops, flips)]
    return np.stack([p for p, _ in augmented]), np.float32([angle for _, angle in augmented])

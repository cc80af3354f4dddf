"""Chains of classical methods for several damages at once, by OpenCV and scikit-image.

classical-compound.py DIR: for every DIR/*/measured.png (with mask.png where pixels are missing, and facts.json with the case)
writes <chain>.png beside it. TypeScript scores them."""
import glob
import json
import os
import sys

import cv2
import numpy as np
from skimage.restoration import denoise_tv_chambolle, inpaint_biharmonic, wiener


def gaussian_psf(sigma):
    r = int(np.ceil(4 * sigma))
    g = np.exp(-0.5 * (np.arange(-r, r + 1) / sigma) ** 2)
    return np.outer(g, g) / g.sum() ** 2


def rounded(z):
    return np.clip(np.round(z), 0, 255).astype(np.uint8)


def means(y, noise):
    return cv2.fastNlMeansDenoisingColored(y, None, h=0.9 * noise, hColor=0.9 * noise)


def variation(y, noise):
    return rounded(denoise_tv_chambolle(y / 255.0, weight=1.1 * noise / 255, channel_axis=-1) * 255)


def fill(y, mask):
    return rounded(inpaint_biharmonic(y / 255.0, mask > 0, channel_axis=-1) * 255)


def sharpened(y, sigma, balance):
    pad = 24
    padded = np.pad(y / 255.0, ((pad, pad), (pad, pad), (0, 0)), mode='reflect')
    planes = [wiener(padded[..., c], gaussian_psf(sigma), balance, clip=False) for c in range(3)]
    return rounded(np.stack(planes, -1)[pad:-pad, pad:-pad] * 255)


def enlarged(y, scale, how):
    return cv2.resize(y, (y.shape[1] * scale, y.shape[0] * scale), interpolation=how)


def chains(y, mask, facts):
    noise = facts['noise']
    if mask is not None:
        yield 'OpenCV: Telea, non-local means', means(cv2.inpaint(y, mask, 3, cv2.INPAINT_TELEA), noise)
        yield 'skimage: biharmonic, total variation', variation(fill(y, mask), noise)
        yield 'non-local means, biharmonic', fill(means(y, noise), mask)
    elif 'blur' in facts:
        yield 'non-local means, Wiener', sharpened(means(y, noise), facts['blur'], 0.02)
        yield 'Wiener, non-local means', means(sharpened(y, facts['blur'], 0.05), noise)
        yield 'Wiener', sharpened(y, facts['blur'], 0.1)
    else:
        yield 'non-local means, bicubic', enlarged(means(y, noise), facts['scale'], cv2.INTER_CUBIC)
        yield 'total variation, Lanczos', enlarged(variation(y, noise), facts['scale'], cv2.INTER_LANCZOS4)


for folder in sorted(glob.glob(os.path.join(sys.argv[1], '*/'))):
    with open(folder + 'facts.json') as file:
        facts = json.load(file)
    y = cv2.imread(folder + 'measured.png')
    mask = cv2.imread(folder + 'mask.png', cv2.IMREAD_GRAYSCALE)
    for name, z in chains(y, mask, facts):
        cv2.imwrite(folder + name + '.png', z)

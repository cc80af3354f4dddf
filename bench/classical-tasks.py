"""Classical baselines for the table of tasks, by Debian's python3-opencv and python3-skimage.

classical-tasks.py DIR: for every DIR/<task>-<picture>/measured.png writes <method>.png beside it; for CT, every
DIR/reconstruct-<slice>/truth.npy (HU) becomes sinogram and reconstructions as <method>.npy. TypeScript scores them.
facts.json has scale, sigma (of the blur), noise (0..255), views."""
import glob
import json
import os
import sys

import cv2
import numpy as np
from skimage.restoration import denoise_tv_chambolle, wiener
from skimage.transform import iradon, iradon_sart, radon

LOW, HIGH = -1024, 2000


def gaussian_psf(sigma):
    r = int(np.ceil(4 * sigma))
    g = np.exp(-0.5 * (np.arange(-r, r + 1) / sigma) ** 2)
    return np.outer(g, g) / g.sum() ** 2


def denoise(y, facts):
    s = facts['noise']
    yield 'TV', denoise_tv_chambolle(y / 255.0, weight=1.1 * s / 255, channel_axis=-1) * 255
    yield 'non-local means', cv2.fastNlMeansDenoisingColored(y, None, h=0.9 * s, hColor=0.9 * s).astype(float)


def deblur(y, facts):
    psf = gaussian_psf(facts['sigma'])
    pad = 24
    padded = np.pad(y / 255.0, ((pad, pad), (pad, pad), (0, 0)), mode='reflect')
    planes = [wiener(padded[..., c], psf, 0.01, clip=False) for c in range(3)]
    yield 'Wiener', np.stack(planes, -1)[pad:-pad, pad:-pad] * 255


def super_resolve(y, facts):
    size = (y.shape[1] * facts['scale'], y.shape[0] * facts['scale'])
    yield 'bicubic', cv2.resize(y.astype(np.float32), size, interpolation=cv2.INTER_CUBIC)
    yield 'Lanczos', cv2.resize(y.astype(np.float32), size, interpolation=cv2.INTER_LANCZOS4)


def colorize(y, facts):
    yield 'grey', (y if y.ndim == 3 else np.repeat(y[..., None], 3, -1)).astype(float)


METHODS = {'denoise': denoise, 'deblur': deblur, 'super-resolve': super_resolve, 'colorize': colorize}


def reconstruct(folder, facts):
    x = (np.clip(np.load(folder + 'truth.npy'), LOW, HIGH) - LOW) / (HIGH - LOW)
    n = x.shape[0]
    yy, xx = np.mgrid[:n, :n] - (n - 1) / 2
    disk = np.hypot(yy, xx) <= n / 2
    x = x * disk
    theta = np.arange(facts['views']) * 180 / facts['views']
    sinogram = radon(x, theta, circle=True)
    sart = None
    for _ in range(4):
        sart = iradon_sart(sinogram, theta, image=sart, clip=(0, 1))
    tv = None
    for _ in range(12):
        tv = iradon_sart(sinogram, theta, image=tv, clip=(0, 1))
        tv = denoise_tv_chambolle(tv, weight=0.015)
    for name, z in (('FBP, Hann', iradon(sinogram, theta, filter_name='hann', circle=True)), ('SART', sart), ('SART + TV', tv)):
        np.save(folder + name + '.npy', (z * (HIGH - LOW) + LOW).astype(np.float32))


for folder in sorted(glob.glob(os.path.join(sys.argv[1], '*/'))):
    with open(folder + 'facts.json') as file:
        facts = json.load(file)
    if facts['task'] == 'reconstruct':
        reconstruct(folder, facts)
        continue
    y = cv2.imread(folder + 'measured.png')
    for name, z in METHODS[facts['task']](y, facts):
        cv2.imwrite(folder + name + '.png', np.clip(np.round(z), 0, 255).astype(np.uint8))

"""Classical fills for the inpainting table, by OpenCV (with its contributed modules where there are) and scikit-image.

classical.py DIR: for every DIR/<picture>/truth.png and DIR/<picture>/<damage>.png (white = lost) prints one JSON line
with the PSNR inside the mask of Telea 2004, Navier-Stokes (Bertalmio 2001) and biharmonic (Damelin & Hoang 2018)."""
import glob
import json
import os
import sys
import time

import cv2
import numpy as np
from skimage.restoration import inpaint_biharmonic


def psnr(estimate, truth, mask):
    return float(10 * np.log10(255 ** 2 / ((estimate.astype(float) - truth)[mask] ** 2).mean()))


for folder in sorted(glob.glob(os.path.join(sys.argv[1], '*/'))):
    truth = cv2.imread(folder + 'truth.png')
    for path in sorted(glob.glob(folder + '*.png')):
        damage = os.path.splitext(os.path.basename(path))[0]
        if damage == 'truth':
            continue
        mask = cv2.imread(path, cv2.IMREAD_GRAYSCALE) > 127
        damaged = truth.copy()
        damaged[mask] = 0
        keep = np.where(mask, 0, 255).astype(np.uint8)

        def xphoto(kind):
            # SHIFTMAP works in Lab, FSR in BGR; both want 255 where the picture is known.
            lab = kind == cv2.xphoto.INPAINT_SHIFTMAP
            out = np.zeros_like(damaged)
            cv2.xphoto.inpaint(cv2.cvtColor(damaged, cv2.COLOR_BGR2Lab) if lab else damaged, keep, out, kind)
            return cv2.cvtColor(out, cv2.COLOR_Lab2BGR) if lab else out

        fills = {
            'Telea': lambda: cv2.inpaint(damaged, mask.astype(np.uint8), 5, cv2.INPAINT_TELEA),
            'Navier–Stokes': lambda: cv2.inpaint(damaged, mask.astype(np.uint8), 5, cv2.INPAINT_NS),
            'SHIFTMAP': lambda: xphoto(cv2.xphoto.INPAINT_SHIFTMAP),
            'FSR (fast)': lambda: xphoto(cv2.xphoto.INPAINT_FSR_FAST),
            'biharmonic': lambda: np.clip(inpaint_biharmonic(damaged, mask, channel_axis=-1) * 255, 0, 255).round(),
        }
        for name, fill in fills.items():
            if name in ('SHIFTMAP', 'FSR (fast)') and not hasattr(cv2, 'xphoto'):
                continue
            start = time.time()
            value = psnr(fill(), truth, mask)
            print(json.dumps({'picture': os.path.basename(folder[:-1]), 'damage': damage, 'method': name,
                              'psnr': value, 'seconds': time.time() - start}), flush=True)

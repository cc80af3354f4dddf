import { LangevinError } from '../../../errors.ts';

/** Files that hold weights without the network that they belong to. */
const WEIGHTS_ONLY = /\.(safetensors|pt|pth|pkl|ckpt|bin|h5|msgpack)$/i;

export function holdsWeightsOnly(file: string): boolean {
  return WEIGHTS_ONLY.test(file);
}

/**
 * What to do with a file or folder of weights alone: the three lines of Python that make an ONNX file of them.
 * @param architecture  the class that a config.json names; undefined where there is none.
 */
export function weightsOnly(source: string, architecture: string | undefined): LangevinError {
  const lines = exportLines(source, architecture);
  return new LangevinError(
    'unsupported-combination',
    `${source} holds weights without the network they belong to${architecture ? ` (${architecture})` : ''}. Export it once ` +
      `with Python, then import the ONNX file:\n\n${lines.map((line) => `    ${line}`).join('\n')}\n\n` +
      '    langevin models import network.onnx',
  );
}

const axes = (...names: string[]): string =>
  `dynamic_axes={${names.map((name) => `"${name}": {0: "n", 2: "h", 3: "w"}`).join(', ')}}`;

function exportLines(source: string, architecture: string | undefined): string[] {
  const path = JSON.stringify(source);
  const save = (call: string, inputs: string, names: string): string =>
    `torch.onnx.export(${call}, (${inputs}), "network.onnx", input_names=[${names}], output_names=["out"], ` +
    `opset_version=17, dynamo=False, ${axes('x', 'out')})`;
  const picture = 'torch.randn(1, net.config.in_channels, 64, 64)';
  switch (architecture) {
    case 'UNet2DModel':
    case 'DDPMPipeline':
    case 'DDIMPipeline':
    case 'ScoreSdeVePipeline':
      return [
        `import torch; from diffusers import UNet2DModel; net = UNet2DModel.from_pretrained(${path}, return_dict=False).eval()`,
        'import types; f = net.forward; net.forward = types.MethodType(lambda self, x, t: f(x, t, return_dict=False)[0], net)',
        save('net', `${picture}, torch.tensor(10)`, '"x", "t"'),
      ];
    case 'DiTTransformer2DModel':
    case 'Transformer2DModel':
      return [
        `import torch; from diffusers import DiTTransformer2DModel; net = DiTTransformer2DModel.from_pretrained(${path}).eval()`,
        'import types; f = net.forward; net.forward = types.MethodType(lambda self, x, t, y: f(x, t, y, return_dict=False)[0], net)',
        'torch.onnx.export(net, (torch.randn(1, net.config.in_channels, net.config.sample_size, net.config.sample_size), ' +
          'torch.tensor([10]), torch.tensor([0])), "network.onnx", input_names=["x", "t", "y"], output_names=["out"], dynamo=False)',
      ];
    default:
      if (/\.pkl$/i.test(source)) {
        return [
          `import torch, pickle; net = pickle.load(open(${path}, "rb"))["ema"].eval().float()  # beside a checkout of NVlabs/edm`,
          'x, sigma = torch.randn(1, net.img_channels, net.img_resolution, net.img_resolution), torch.ones(1)',
          'torch.onnx.export(net, (x, sigma), "network.onnx", input_names=["x", "sigma"], output_names=["out"], dynamo=False)',
        ];
      }
      return [
        `import torch; net = YourNetwork(...); net.load_state_dict(torch.load(${path})); net.eval()  # as it was trained`,
        'x, t = torch.randn(1, 3, 64, 64), torch.ones(1)  # a picture, and the noise level or time step it is called with',
        save('net', 'x, t', '"x", "t"'),
      ];
  }
}

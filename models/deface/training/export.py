"""Write model.onnx (opset 15, softmax inside) and manifest.json from the last checkpoint; evaluate.py --write adds the figures.
    export.py [--name first] [--size 96] [--out ..]
"""
import argparse
import hashlib
import json
from pathlib import Path

import onnx
import torch
from torch import nn

from heads import AIR_MM, BRAIN_GAP_MM, BRAIN_MARGIN_MM, DEPTH_MM, HELD_OUT
from network import Net
from scanner import FIELD_MM, FLOOR, HIGH, LOW

HERE = Path(__file__).resolve().parent
VERSION = '0.3.0'
PLACEMENT = {
    'world': 'RAS mm from the NIfTI affine; extents between centres of the outermost voxels',
    'preShrink': 'mean of blocks of floor(grid spacing / spacing + 0.001) voxels along each scan axis (at least 1, the last block may be '
                 'smaller); the affine follows: origin += A (f-1)/2, columns times f',
    'centre': 'per world axis, the middle of the field of view where its extent is at most 256 mm; else by foreground: values above '
              'low + 0.2 (high - low), low and high being the 0.5 and 99.5 percentiles of the shrunk scan. '
              'z: the crown is the upper edge of the highest 2 mm slab with at least 1000 mm2 of foreground, the top of the grid is 10 mm above it; '
              'x, y: the mean of the foreground (when z was cut: of the 180 mm below the crown)',
    'sampling': 'trilinear, clamped at the border; grid points more than half a voxel outside the scan are 0 after normalisation',
    'fieldMm': FIELD_MM,
}
DATA = [
    {'what': '13 of 15 whole-head label maps, BBillot/SynthSeg data/training_label_maps (two held out)', 'licence': 'Apache-2.0'},
]


class Exported(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, image):
        return self.net(image).softmax(1)


def manifest_of(kept, size, digest):
    return {
        'name': 'cloakroom-face', 'version': VERSION, 'sha256': digest,
        'input': {
            'name': 'image', 'shape': [1, 1, size, size, size], 'dtype': 'float32',
            'axes': ['batch', 'channel', 'X', 'Y', 'Z'], 'order': 'row-major: Z fastest; X grows to R, Y to A, Z to S',
            'orientation': 'RAS', 'spacingMm': [FIELD_MM / size] * 3,
            'normalisation': {
                'clipBelow': FLOOR, 'percentiles': [LOW * 100, HIGH * 100],
                'over': 'grid voxels inside the field of view, sorted, index floor(q (n - 1))', 'to': [0, 1], 'clip': True, 'outsideFieldOfView': 0,
            },
        },
        'output': {'name': 'probabilities', 'shape': [1, 4, size, size, size], 'dtype': 'float32', 'classes': ['background', 'head', 'face', 'brain']},
        'placement': PLACEMENT,
        'decision': 'by the product: src/domain/deface/plan.ts and judge.ts; the figures are of both together',
        'faceZone': {'depthMm': DEPTH_MM, 'airMm': AIR_MM, 'offBrainMm': BRAIN_GAP_MM, 'brainMarginMm': BRAIN_MARGIN_MM},
        'training': {'steps': kept['step'], 'beganWith': kept['from'], 'stages': kept['stages'], 'heldOut': list(HELD_OUT), 'data': DATA},
    }


def main(given):
    torch.manual_seed(0)
    kept = torch.load(Path(given.runs) / given.name / 'last.pt', map_location='cpu')
    net = Net()
    net.load_state_dict(kept['smooth'])
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    path = out / 'model.onnx'
    image = torch.rand(1, 1, given.size, given.size, given.size)
    torch.onnx.export(Exported(net).eval(), image, str(path), opset_version=15, input_names=['image'], output_names=['probabilities'])
    onnx.checker.check_model(onnx.load(str(path)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / 'manifest.json').write_text(json.dumps(manifest_of(kept, given.size, digest), indent=2) + '\n')
    print(path.stat().st_size, 'bytes', digest, 'step', kept['step'])


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--size', type=int, default=96, help='voxels per side of the grid of 256 mm')
    ask.add_argument('--out', default=HERE.parent)
    main(ask.parse_args())

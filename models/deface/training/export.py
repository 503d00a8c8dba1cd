"""Write model.onnx (opset 15, softmax inside) and manifest.json from the last checkpoint.
    export.py [--name first] [--out models/deface]
"""
import argparse
import hashlib
import json
from pathlib import Path

import onnx
import torch
from torch import nn

import grid
from heads import AIR_MM, BRAIN_GAP_MM, BRAIN_MARGIN_MM, DEPTH_MM, HELD_OUT
from network import Net

HERE = Path(__file__).resolve().parent
VERSION = '0.1.0'
PLACEMENT = {
    'world': 'RAS mm from the NIfTI affine; extents between centres of the outermost voxels',
    'firstVolumeOf4D': True,
    'clipBelow': grid.FLOOR,
    'nonFinite': 'replaced by 0 first',
    'preShrink': 'mean of blocks of floor(2 mm / spacing + 0.001) voxels along each scan axis (at least 1, the last block may be '
                 'smaller); the affine follows: origin += A (f-1)/2, columns times f',
    'centre': 'per world axis, the middle of the field of view where its extent is at most 256 mm; else by foreground: values above '
              'low + 0.2 (high - low), low and high being the 0.5 and 99.5 percentiles of the shrunk scan. '
              'z: the crown is the upper edge of the highest 2 mm slab with at least 1000 mm2 of foreground, the top of the grid is 10 mm above it; '
              'x, y: the mean of the foreground (when z was cut: of the 180 mm below the crown)',
    'sampling': 'trilinear, clamped at the border; grid points more than half a voxel outside the scan are 0 after normalisation',
    'foregroundFraction': grid.FOREGROUND, 'crownAreaMm2': grid.TOP_AREA_MM2, 'aboveCrownMm': grid.ABOVE_MM, 'slabMm': grid.SLAB_MM,
    'fieldMm': grid.FIELD,
}
DECISION = {
    'faceThreshold': grid.FACE_AT, 'brainThreshold': grid.BRAIN_AT, 'brainGapMm': grid.BRAIN_GAP_MM, 'smallestComponentMl': grid.SMALLEST_ML,
    'rule': 'on the grid: face = P(face) >= faceThreshold and P(brain) < brainThreshold, more than brainGapMm off every voxel of P(brain) >= '
            'brainThreshold, in 6-connected components of at least smallestComponentMl (the ears are components of their own); '
            'back to the scan: trilinear, >= 0.5',
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


def checkpoint(runs, name):
    kept = torch.load(Path(runs) / name / 'last.pt', map_location='cpu')
    net = Net()
    net.load_state_dict(kept['smooth'])
    return net.eval(), kept


def manifest_of(kept, digest, figures):
    return {
        'name': 'cloakroom-face', 'version': VERSION, 'sha256': digest,
        'input': {
            'name': 'image', 'shape': [1, 1, grid.SIZE, grid.SIZE, grid.SIZE], 'dtype': 'float32',
            'axes': ['batch', 'channel', 'X', 'Y', 'Z'], 'order': 'row-major: Z fastest; X grows to R, Y to A, Z to S',
            'orientation': 'RAS', 'spacingMm': [grid.MM] * 3,
            'normalisation': {
                'clipBelow': grid.FLOOR, 'percentiles': [grid.LOW * 100, grid.HIGH * 100],
                'over': 'grid voxels inside the field of view, sorted, index floor(q (n - 1))', 'to': [0, 1], 'clip': True, 'outsideFieldOfView': 0,
            },
        },
        'output': {'name': 'probabilities', 'shape': [1, 4, grid.SIZE, grid.SIZE, grid.SIZE], 'dtype': 'float32',
                   'classes': ['background', 'head', 'face', 'brain']},
        'placement': PLACEMENT, 'decision': DECISION,
        'faceZone': {'depthMm': DEPTH_MM, 'airMm': AIR_MM, 'offBrainMm': BRAIN_GAP_MM, 'brainMarginMm': BRAIN_MARGIN_MM},
        'figures': figures,
        'training': {'steps': kept['step'], 'plannedSteps': kept['steps'], 'seed': kept['seed'], 'batch': 1, 'peakRate': kept['rate'], 'heldOut': list(HELD_OUT),
                     'weights': 'from nothing', 'data': DATA},
    }


def main(given):
    torch.manual_seed(0)
    net, kept = checkpoint(given.runs, given.name)
    out = Path(given.out)
    path = out / 'model.onnx'
    image = torch.rand(1, 1, grid.SIZE, grid.SIZE, grid.SIZE)
    torch.onnx.export(Exported(net).eval(), image, str(path), opset_version=15, input_names=['image'], output_names=['probabilities'])
    onnx.checker.check_model(onnx.load(str(path)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    figures = Path(given.runs) / given.name / 'figures.json'
    measured = json.loads(figures.read_text()) if figures.exists() else {}
    if measured.get('step') != kept['step']:   # figures of another checkpoint are not this model's
        measured = {}
    text = json.dumps(manifest_of(kept, digest, measured), indent=2)
    (out / 'manifest.json').write_text(text + '\n')
    print(path.stat().st_size, 'bytes', digest, 'step', kept['step'])


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--out', default=HERE.parent)
    main(ask.parse_args())

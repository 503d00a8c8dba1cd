"""Write model.onnx (opset 15, sigmoid inside) and manifest.json from the last checkpoint; evaluate.ts --write adds the figures.
    export.py [--name first] [--out ..]
"""
import argparse
import hashlib
import json
from pathlib import Path

import onnx
import torch
from torch import nn

from generate import CELL, SIDE
from network import Net

HERE = Path(__file__).resolve().parent
VERSION = '0.1.0'
MULTIPLE = 8
DATA = [
    {'what': 'generated pictures: speckle, tissue, radiographs, textures, rulers, frames, traces', 'licence': 'own'},
    {'what': 'slices and projections of the sample heads (heads/real, heads/negative), where they are', 'licence': 'as each head, see the samples'},
]


class Exported(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, picture):
        return self.net(picture).sigmoid()


def manifest_of(kept, digest):
    return {
        'name': 'cloakroom-text', 'version': VERSION, 'sha256': digest,
        'input': {'name': 'picture', 'shape': [1, 1, 'H', 'W'], 'dtype': 'float32', 'multiple': MULTIPLE, 'scale': 255,
                  'of': 'grey picture of 8 bits by 255; its last row and column are repeated up to multiples of 8'},
        'output': {'name': 'text', 'shape': [1, 1, f'H/{CELL}', f'W/{CELL}'], 'dtype': 'float32', 'cell': CELL,
                   'of': 'probability that the centre of a cell lies in the box of a line of text'},
        'training': {'stages': kept['stages'], 'side': SIDE, 'data': DATA,
                     'keptOut': 'all sample pictures but the heads: series/ and dicom/'},
    }


def main(given):
    torch.manual_seed(0)
    kept = torch.load(Path(given.runs) / given.name / 'last.pt', map_location='cpu')
    net = Net()
    net.load_state_dict(kept['smooth'])
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    path = out / 'model.onnx'
    torch.onnx.export(Exported(net).eval(), torch.rand(1, 1, SIDE, SIDE), str(path), opset_version=15, input_names=['picture'], output_names=['text'],
                      dynamic_axes={'picture': {2: 'H', 3: 'W'}, 'text': {2: 'h', 3: 'w'}})
    onnx.checker.check_model(onnx.load(str(path)))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    (out / 'manifest.json').write_text(json.dumps(manifest_of(kept, digest), indent=2) + '\n')
    print(path.stat().st_size, 'bytes', digest, kept['stages'])


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--out', default=HERE.parent)
    main(ask.parse_args())

"""The network: a 3D U-Net that folds 128^3 voxels of 2 mm into 64^3 x 8 channels and unfolds its answer again."""
import onnx
import torch
from onnx import numpy_helper
from torch import nn
import torch.nn.functional as F


def block(into, out, stride=1):
    return nn.Sequential(nn.Conv3d(into, out, 3, stride, 1, bias=False), nn.InstanceNorm3d(out, affine=True), nn.LeakyReLU(.01))


def fold(x):
    """[n, c, 2a, 2b, 2c] -> [n, 8c, a, b, c]"""
    n, c, a, b, d = x.shape
    x = x.view(n, c, a // 2, 2, b // 2, 2, d // 2, 2)
    return x.permute(0, 1, 3, 5, 7, 2, 4, 6).reshape(n, c * 8, a // 2, b // 2, d // 2)


def unfold(x):
    """[n, 8c, a, b, c] -> [n, c, 2a, 2b, 2c]"""
    n, c, a, b, d = x.shape
    x = x.view(n, c // 8, 2, 2, 2, a, b, d)
    return x.permute(0, 1, 5, 2, 6, 3, 7, 4).reshape(n, c // 8, a * 2, b * 2, d * 2)


class Net(nn.Module):
    """Image [n,1,X,Y,Z] -> class logits [n,4,X,Y,Z]; sides are multiples of 16."""

    def __init__(self, widths=(16, 32, 48, 64), classes=4):
        super().__init__()
        self.down, into = nn.ModuleList(), 8
        for level, width in enumerate(widths):
            self.down.append(nn.Sequential(block(into, width, 1 if level == 0 else 2), block(width, width)))
            into = width
        self.up = nn.ModuleList(
            nn.Sequential(block(deep + here, here), block(here, here)) for deep, here in zip(widths[:0:-1], widths[-2::-1]))
        self.last = nn.Conv3d(widths[0], classes * 8, 1)

    def forward(self, image):
        x, kept = fold(image), []
        for step in self.down:
            x = step(x)
            kept.append(x)
        for level, step in enumerate(self.up):
            x = F.interpolate(x, scale_factor=2., mode='nearest')
            x = step(torch.cat([x, kept[-2 - level]], 1))
        return unfold(self.last(x))


def weights_of_onnx(path):
    """The weights in a model.onnx that export.py wrote, as Net's state."""
    return {t.name.removeprefix('net.'): torch.from_numpy(numpy_helper.to_array(t).copy()) for t in onnx.load(path).graph.initializer}

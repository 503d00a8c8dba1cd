"""The network: grey picture [n, 1, H, W] of 0..1 -> logit of text for each cell of 4 x 4 pixels, [n, 1, H / 4, W / 4]; sides are multiples of 8."""
import torch
import torch.nn.functional as F
from torch import nn


def block(into, out, kernel=3, stride=1, dilation=1):
    return nn.Sequential(nn.Conv2d(into, out, kernel, stride, dilation * (kernel // 2), dilation, bias=False), nn.BatchNorm2d(out), nn.ReLU())


class Net(nn.Module):
    def __init__(self, widths=(10, 16, 20, 24)):
        super().__init__()
        stem, near, fine, deep = widths
        self.fine = nn.Sequential(block(1, stem, 5, 2), block(stem, near, 3, 2), block(near, fine), block(fine, fine, dilation=2))
        self.deep = nn.Sequential(block(fine, deep, 3, 2), block(deep, deep, dilation=2), block(deep, deep, dilation=4))
        self.join = nn.Sequential(block(fine + deep, fine, 1), block(fine, fine))
        self.last = nn.Conv2d(fine, 1, 1)

    def forward(self, picture):
        fine = self.fine(picture)
        deep = F.interpolate(self.deep(fine), scale_factor=2., mode='nearest')
        return self.last(self.join(torch.cat([fine, deep], 1)))


if __name__ == '__main__':
    print(sum(p.numel() for p in Net().parameters()), 'parameters')

"""What a scanner makes of a painted head: blur, shading, noise, thick slices, a field of view; and how the product scales what it gets.
"""
import numpy as np
import torch
import torch.nn.functional as F

FIELD_MM = 256
FLOOR, LOW, HIGH = -1024, .005, .995   # how intensities are scaled


class Scanner:
    """Draws on a grid of size^3 voxels over 256 mm. Sample n of a seed is always the same, whatever was drawn before."""

    def __init__(self, seed, size):
        self.seed, self.size, self.mm = seed, size, FIELD_MM / size
        axis = torch.arange(size, dtype=torch.float32) - (size - 1) / 2
        self.grid = torch.stack(torch.meshgrid(axis, axis, axis, indexing='ij')) * self.mm
        self.turn_to(0)

    def turn_to(self, number):
        """Everything drawn from here on belongs to sample `number`."""
        self.rng = np.random.default_rng([self.seed, number])
        self.torch = torch.Generator().manual_seed(self.seed * 1000003 + number)

    def uniform(self, low, high, size=None):
        return self.rng.uniform(low, high, size)

    def chance(self, p):
        return self.rng.random() < p

    def normal(self, *shape):
        return torch.randn(*shape, generator=self.torch)

    def smooth_field(self, cells, channels=1):
        """A smooth random field of unit scale on the grid: [channels, n, n, n]."""
        coarse = self.normal(1, channels, *cells)
        return F.interpolate(coarse, size=(self.size,) * 3, mode='trilinear', align_corners=True)[0]

    def blur(self, image, sigmas):
        for axis, sigma in enumerate(sigmas):
            if sigma < .25:
                continue
            r = int(np.ceil(2.5 * sigma))
            kernel = torch.exp(-.5 * (torch.arange(-r, r + 1).float() / sigma) ** 2)
            image = self.along(image, kernel / kernel.sum(), axis, r)
        return image

    @staticmethod
    def along(image, kernel, axis, r):
        moved = image.movedim(axis, -1)
        shape = moved.shape
        padded = F.pad(moved.reshape(1, -1, shape[-1]), (r, r), mode='replicate')[0]
        out = sum(float(w) * padded[:, k:k + shape[-1]] for k, w in enumerate(kernel))
        return out.view(shape).movedim(-1, axis)

    def scan(self, image, kind):
        """Blur, bias field, noise, thick slices."""
        base = self.uniform(1.2, 2.6) if kind == 'pet' else self.uniform(.25, .9)
        image = self.blur(image, base * self.uniform(.8, 1.2, 3))
        span = float(image.max() - image.min()) + 1e-6
        if kind != 'ct':
            if self.chance(.75):
                image = image * torch.exp(self.smooth_field((int(self.rng.integers(2, 5)),) * 3)[0] * self.uniform(0, .6))
            if self.chance(.3):   # surface coils: bright near the skin, dark in the middle
                image = image * (.4 + (self.grid / 100).pow(2).sum(0) * self.uniform(.3, 2.5))
            if self.chance(.3):
                low = image.min()
                image = low + span * ((image - low) / span).clamp(min=0) ** float(np.exp(self.rng.normal(.1, .3)))
        level = span * self.uniform(0, .07) * (.3 if kind == 'ct' else 1)
        if self.chance(.3):
            level *= .1
        image = image + level * self.normal(self.size, self.size, self.size)
        if kind not in ('ct', 'pet') and self.chance(.8):
            image = image.abs()
        if self.chance(.4):
            image = self.thick(image)
        return image

    def thick(self, image):
        axis = int(self.rng.choice([0, 1, 2], p=[.3, .15, .55]))
        step = max(1.2, float(self.uniform(2.8, 8)) / self.mm)
        moved = image.movedim(axis, -1).reshape(1, self.size ** 2, self.size)
        count = int(round(self.size / step))
        slices = F.adaptive_avg_pool1d(moved, count) if self.chance(.8) else F.interpolate(moved, size=count, mode='nearest')
        return F.interpolate(slices, size=self.size, mode='linear').view((self.size,) * 3).movedim(-1, axis)

    def field_of_view(self, classes):
        """True where the scan has voxels: a box around the head, often cutting it (chin, nose, crown, ears)."""
        seen = torch.ones((self.size,) * 3, dtype=torch.bool)
        if not self.chance(.6):
            return seen
        points = torch.nonzero(classes[::2, ::2, ::2] > 0) * 2
        if len(points) < 100:
            return seen
        low, high = points.min(0).values.tolist(), points.max(0).values.tolist()
        chances = ((.2, .2, 24, 24), (.15, .2, 24, 24), (.4, .25, 100, 120))   # per axis: how often cut low and high, by how many mm
        for axis, (p_low, p_high, most_low, most_high) in enumerate(chances):
            a = low[axis] + (self.uniform(0, most_low) if self.chance(p_low) else -self.uniform(2, 24)) / self.mm
            b = high[axis] - (self.uniform(0, most_high) if self.chance(p_high) else -self.uniform(2, 24)) / self.mm
            index = torch.arange(self.size)
            shape = [1, 1, 1]
            shape[axis] = self.size
            seen &= ((index >= a) & (index <= b)).view(shape)
        return seen if int(seen.sum()) * self.mm ** 3 > 160000 else torch.ones_like(seen)


def normalise(image, seen):
    """The manifest's rule: clip below at -1024, then percentiles 0.5 and 99.5 of what the scan covers -> 0 and 1; 0 elsewhere."""
    image = image.clamp(min=FLOOR)
    values = image[seen][::7].sort().values
    low, high = (values[int(q * (len(values) - 1))] for q in (LOW, HIGH))
    out = ((image - low) / max(float(high - low), 1e-6)).clamp(0, 1)
    out[~seen] = 0
    return out

"""Painted heads: label maps deformed and painted with random contrasts (domain randomization), as the network sees them.

A sample is an image [n,n,n] on the canonical grid (RAS, 256 mm in n voxels), scaled to 0..1 by the manifest's rule, and its classes.
    generate.py --preview OUT.png --count 12     a sheet of painted heads to look at
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from heads import BACKGROUND, BRAIN, BRAIN_TISSUES, FACE, HEAD, HELD_OUT, NAMES, data_folder, prepared
from scanner import Scanner, normalise

WHOLE_MM = 220   # a label map as high as this shows the whole face
AIR, SOFT, SKIN, FAT, BONE, MARROW = (NAMES.index(n) for n in ('air', 'soft', 'skin', 'fat', 'bone', 'marrow'))
CONTRASTS = ('ct', 't1', 't2', 'flair', 'pd', 'pet', 'random')
OFTEN = (.22, .11, .07, .07, .05, .08, .4)
# Hounsfield units: (mean, spread of the mean between heads)
HU = {'air': (-1000, 0), 'fat': (-90, 20), 'skin': (-30, 50), 'soft': (40, 20), 'bone': (1000, 350), 'marrow': (400, 250),
      'csf': (8, 6), 'eye': (15, 12), 'mucosa': (40, 25), 'dura': (60, 20)}
# Rough weighting, 0..1; what is not named gets the value of the cortex.
T1 = {'air': 0, 'white': .8, 'cerebellum_white': .78, 'brainstem': .75, 'pallidum': .75, 'thalamus': .68, 'csf': .2, 'eye': .2,
      'soft': .55, 'mucosa': .5, 'skin': .8, 'fat': .95, 'dura': .4, 'bone': .12, 'marrow': .7, 'cortex': .58}
T2 = {'air': 0, 'white': .35, 'cerebellum_white': .35, 'brainstem': .4, 'csf': .95, 'eye': .95, 'soft': .25, 'mucosa': .8,
      'skin': .5, 'fat': .6, 'dura': .4, 'bone': .08, 'marrow': .5, 'cortex': .5}
FLAIR = {**T2, 'csf': .05, 'eye': .1, 'white': .42, 'cerebellum_white': .42, 'fat': .8, 'mucosa': .7, 'cortex': .58}
PD = {'air': 0, 'white': .62, 'cerebellum_white': .62, 'csf': .75, 'eye': .8, 'soft': .6, 'mucosa': .8, 'skin': .75, 'fat': .85, 'dura': .5,
      'bone': .15, 'marrow': .6, 'cortex': .75}
WEIGHTED = {'t1': T1, 't2': T2, 'flair': FLAIR, 'pd': PD}


class Generator(Scanner):
    """Draws samples from prepared heads on a grid of size^3 voxels. Sample n of a seed is always the same, whatever was drawn before."""

    scales = (.86, 1.28)   # head mm per grid mm: large adults to children

    def __init__(self, heads, seed, size):
        self.heads = [(torch.from_numpy(t), torch.from_numpy(c)) for t, c in heads]
        whole = np.array([2. if tissue.shape[2] >= WHOLE_MM else 1. for tissue, _ in heads])   # heads with a chin count twice
        self.share = whole / whole.sum()
        super().__init__(seed, size)

    # ---- shape ----

    def affine(self):
        """Grid mm -> head mm: rotation, scale, shear, flip."""
        a, b, c = np.deg2rad(self.rng.normal(0, 11, 3).clip(-32, 32))
        rx = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
        ry = np.array([[np.cos(b), 0, np.sin(b)], [0, 1, 0], [-np.sin(b), 0, np.cos(b)]])
        rz = np.array([[np.cos(c), -np.sin(c), 0], [np.sin(c), np.cos(c), 0], [0, 0, 1]])
        scale = np.diag(self.uniform(*self.scales) * self.uniform(.93, 1.07, 3))
        shear = np.eye(3) + self.rng.normal(0, .03, (3, 3)) * (1 - np.eye(3))
        flip = np.diag([self.rng.choice([-1, 1]), 1, 1])
        return torch.from_numpy(flip @ rx @ ry @ rz @ scale @ shear).float()

    def place(self, tissue, classes):
        """Deform one head and sample it on the grid: tissue and class indices."""
        where = torch.einsum('ij,jxyz->ixyz', self.affine(), self.grid)
        k = int(self.rng.integers(3, 6))
        where += self.smooth_field((k,) * 3, 3) * self.uniform(0, 7)
        if self.chance(.5):
            where += self.smooth_field((9,) * 3, 3) * self.uniform(0, 2.5)
        head = torch.nonzero(tissue[::4, ::4, ::4]).float() * 4
        low, high = head.min(0).values, head.max(0).values
        shift = torch.from_numpy(self.uniform(-28, 28, 3)).float()
        middle = (low + high) / 2
        where += (middle + shift).view(3, 1, 1, 1)
        below = self.body(where, tissue)
        index = where.round_().to(torch.int32)
        shape = tissue.shape
        inside = torch.ones((self.size,) * 3, dtype=torch.bool)
        flat = torch.zeros((self.size,) * 3, dtype=torch.int64)
        for axis in range(3):
            inside &= (index[axis] >= 0) & (index[axis] < shape[axis])
            flat = flat * shape[axis] + index[axis].clamp(0, shape[axis] - 1)
        t, c = tissue.reshape(-1).take(flat), classes.reshape(-1).take(flat)
        t[~inside], c[~inside] = AIR, BACKGROUND
        if below is not None:
            c[below & (c > 0)] = HEAD
        return t, c

    def body(self, where, tissue):
        """Sometimes the neck goes on below the label map and widens into shoulders: changes where, returns that region."""
        if tissue.shape[2] < WHOLE_MM or not self.chance(.3):
            return None
        neck = torch.nonzero(tissue[:, :, 0]).float().mean(0)
        below = where[2] < 0
        wider = 1 + (-where[2] - self.uniform(0, 30)).clamp(min=0) * self.uniform(0, .04)
        where[0] = neck[0] + (where[0] - neck[0]) / wider
        where[1] = neck[1] + (where[1] - neck[1]) / (1 + (wider - 1) * .4)
        where[2].clamp_(min=0)
        return below

    def blobs(self):
        """Something that is no head: ellipsoids of random tissues."""
        tissue = torch.zeros((self.size,) * 3, dtype=torch.uint8)
        for _ in range(int(self.rng.integers(1, 7))):
            centre = torch.from_numpy(self.uniform(-70, 70, 3)).float().view(3, 1, 1, 1)
            radius = torch.from_numpy(self.uniform(10, 120, 3)).float().view(3, 1, 1, 1)
            power = 2 if self.chance(.7) else 6
            warped = self.grid + self.smooth_field((5, 5, 5), 3) * self.uniform(0, 12)
            tissue[(((warped - centre) / radius).abs() ** power).sum(0) < 1] = int(self.rng.integers(1, len(NAMES)))
        return tissue, torch.zeros_like(tissue)

    def alter(self, tissue, classes):
        """Heads that are special: defaced already, brain only, not upright."""
        p = self.rng.random()
        if p < .07:
            gone = classes == FACE
            if self.chance(.5):   # cut by a plane, as some tools do; what is behind it stays a face
                gone = (self.grid[1] * self.uniform(.6, 1) - self.grid[2] * self.uniform(0, .8) > self.uniform(20, 70)) & (classes != BRAIN)
            tissue[gone], classes[gone] = AIR, BACKGROUND
        elif p < .14:
            outside = torch.from_numpy(~np.isin(tissue.numpy(), BRAIN_TISSUES))
            tissue[outside] = AIR
            classes[classes != BRAIN] = BACKGROUND
        elif p < .22:
            tissue, classes = self.turned(tissue, classes)
        return tissue, classes

    def turned(self, tissue, classes):
        """A head whose header is wrong about which way is up: only head there, so that the product sees that it must turn it."""
        axes = self.rng.permutation(3)
        flips = [axis for axis in range(3) if self.chance(.5)]
        upright = axes[1] == 1 and axes[2] == 2 and not {1, 2} & set(flips)
        if upright:
            axes, flips = [0, 2, 1], [1]   # looking up
        tissue, classes = (x.permute(*map(int, axes)).flip(flips).contiguous() for x in (tissue, classes))
        classes[classes > HEAD] = HEAD
        return tissue, classes

    # ---- paint ----

    def contrast(self):
        return str(self.rng.choice(CONTRASTS, p=OFTEN))

    def means(self, contrast):
        """Intensity and texture of each tissue for one draw of a contrast."""
        n = len(NAMES)
        if contrast == 'ct':
            mean = np.array([HU.get(name, (36, 6))[0] + self.rng.normal(0, HU.get(name, (36, 6))[1]) for name in NAMES])
            return mean, np.full(n, self.uniform(3, 25))
        if contrast in WEIGHTED:
            table = WEIGHTED[contrast]
            mean = np.array([table.get(name, table['cortex']) for name in NAMES]) * self.uniform(.75, 1.25, n)
        else:
            mean = self.uniform(.03, 1, n)
            if self.chance(.3):   # few contrasts only: tissues share values
                mean = mean[self.rng.integers(0, 5, n)]
            mean[BONE] *= self.rng.choice([1, .3])
            mean[SKIN] = mean[SKIN] if self.chance(.5) else mean[SOFT] * self.uniform(.7, 1.4)
        mean[AIR] = 0 if self.chance(.7) else self.uniform(0, .08)
        return mean, self.uniform(0, .08, n)

    def paint(self, tissue, kind):
        mean, spread = self.means(kind)
        index = tissue.long()
        image = torch.from_numpy(mean).float()[index]
        image += torch.from_numpy(spread).float()[index] * self.normal(self.size, self.size, self.size) * (index != AIR)
        if self.chance(.7):   # muscle and fat inside the one label of soft tissue
            level = float(mean[FAT]) if kind == 'ct' else self.uniform(.05, 1)
            cells = int(self.rng.integers(10, 28))
            image[(index == SOFT) & (self.smooth_field((cells,) * 3)[0] > self.uniform(-.1, .8))] = level
        if kind != 'ct' and self.chance(.6):
            image *= 1 + (.12 * self.smooth_field((24,) * 3)[0])
        return image

    def furniture(self, image, kind):
        """Table, cushions, coil parts: things around the head that belong to the background."""
        if not self.chance(.25 if kind == 'ct' else .1):
            return image
        top = float(image.max())
        low = float(image.min())
        air = image < low + .05 * (top - low)
        level = low + (top - low) * self.uniform(.08, .5)
        if self.chance(.6):
            bow = (self.grid[0] ** 2) * self.uniform(0, .003)
            y = self.uniform(-125, -85) + bow
            where = (self.grid[1] > y) & (self.grid[1] < y + self.uniform(3, 12))
        else:
            centre = torch.from_numpy(self.uniform(-110, 110, 3)).float().view(3, 1, 1, 1)
            where = (((self.grid - centre) / torch.from_numpy(self.uniform(5, 40, 3)).float().view(3, 1, 1, 1)) ** 2).sum(0) < 1
        image[where & air] = level
        return image

    def scene(self):
        """(tissue, classes) of something on the grid: mostly a head, sometimes altered, sometimes no head at all."""
        if self.chance(.05):
            return self.blobs()
        return self.alter(*self.place(*self.heads[int(self.rng.choice(len(self.heads), p=self.share))]))

    def shoot(self, tissue, classes, contrast):
        """The scan of a scene: (image 0..1, classes, where the scan has voxels)."""
        image = self.scan(self.furniture(self.paint(tissue, contrast), contrast), contrast)
        seen = self.field_of_view(classes)
        classes[~seen] = BACKGROUND
        return normalise(image, seen), classes, seen

    def sample(self, number):
        """(image float32 [n,n,n] in 0..1, classes uint8 [n,n,n])"""
        self.turn_to(number)
        return self.shoot(*self.scene(), self.contrast())[:2]


def sheet(samples):
    """A picture: sagittal, coronal and axial middle slices of each sample with the classes over them."""
    import cv2
    rows = []
    for image, classes in samples:
        cells = []
        for axis in (0, 1, 2):
            grey = image.select(axis, len(image) // 2).numpy()
            kinds = classes.select(axis, len(image) // 2).numpy()
            rgb = np.repeat((grey * 255).astype(np.uint8)[..., None], 3, 2)
            over = rgb.copy()
            over[kinds == FACE] = over[kinds == FACE] // 2 + np.array([0, 0, 127], np.uint8)
            over[kinds == BRAIN] = over[kinds == BRAIN] // 2 + np.array([0, 90, 0], np.uint8)
            cells += [np.rot90(rgb), np.rot90(over)]
        rows.append(np.hstack(cells))
    half = (len(rows) + 1) // 2
    left, right = np.vstack(rows[:half]), np.vstack((rows[half:] + rows[-1:])[:half])
    return cv2.resize(np.hstack([left, right]), None, fx=1, fy=1)


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=Path(__file__).parent / 'runs')
    ask.add_argument('--preview', default='preview.png')
    ask.add_argument('--count', type=int, default=12)
    ask.add_argument('--seed', type=int, default=1)
    ask.add_argument('--size', type=int, default=128, help='voxels per side of the grid')
    given = ask.parse_args()
    import cv2
    heads = prepared(data_folder(given.data), Path(given.runs) / 'heads')
    draw = Generator([v for k, v in heads.items() if k not in HELD_OUT], given.seed, given.size)
    cv2.imwrite(given.preview, sheet([draw.sample(n) for n in range(given.count)]))

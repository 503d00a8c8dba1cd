"""Grey pictures without text: generated ones, and slices of sample heads where they are. Values 0..255, float32.

Sample pictures for training come from the folder heads/ only; series/ and dicom/ are kept out whole, for the figures.
"""
import os
from pathlib import Path

import cv2
import numpy as np

LENGTH = 2.2   # a ruler's long ticks by its short ones


def heads_folder(given=None):
    """The folder of the sample heads: an argument, CLOAKROOM_HEADS, or ../shared/samples/heads beside the repository."""
    repo = Path(__file__).resolve().parents[3]
    return Path(given or os.environ.get('CLOAKROOM_HEADS') or repo.parent / 'shared' / 'samples' / 'heads')


def sample_slices(folder, side=256):
    """Slices and projections of real heads, as (name, uint8 picture); none where the samples are missing."""
    slices = []
    for path in sorted(folder.glob('real/*.nii.gz')) + sorted(folder.glob('negative/*.nii.gz')):
        import nibabel
        volume = np.asarray(nibabel.load(path).dataobj, np.float32)
        low, high = np.percentile(volume, (.2, 99.9))
        volume = np.clip((volume - low) / (high - low), 0, 1)
        for axis in range(3):
            long = volume.shape[axis]
            pictures = [volume.take(int(long * part), axis) for part in np.linspace(.2, .8, 7)] if long > 18 else []
            pictures.append(volume.mean(axis) / volume.mean(axis).max())
            for picture in pictures:
                if min(picture.shape) < 60:
                    continue
                scale = side / min(picture.shape)
                slices.append(cv2.resize(np.rot90(picture) * 255, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR).astype(np.uint8))
    return slices


def smooth(random, side, grain):
    """Noise of one grain, 0..1."""
    coarse = random.random((side // grain + 3, side // grain + 3), np.float32)
    return cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)


def plain(random, side):
    return np.full((side, side), random.choice([0, 0, 0, random.integers(0, 256)]), np.float32)


def speckle(random, side):
    """Rayleigh noise as ultrasound shows it, in a sector or everywhere."""
    down, across = int(random.integers(1, 5)), int(random.integers(1, 5))
    if random.random() < .5:
        across = min(9, across * 2)
    coarse = np.sqrt(-2 * np.log(1 - random.random((side // down + 1, side // across + 1), np.float32) * .9999))
    how = cv2.INTER_NEAREST if random.random() < .4 else cv2.INTER_LINEAR
    noise = cv2.resize(coarse, None, fx=across, fy=down, interpolation=how)[:side, :side]
    picture = random.uniform(20, 130) * (.35 + .9 * smooth(random, side, 40)) * noise ** random.uniform(.5, 1.3)
    if random.random() < .5:
        y, x = np.mgrid[:side, :side]
        centre = random.uniform(-.5, 1.5) * side
        picture[np.abs(np.arctan2(x - centre, y + random.uniform(10, 200))) > random.uniform(.3, .9)] = 0
    return picture


def tissue(random, side):
    """Ellipses of soft greys with sharp edges and noise, as slices of CT, MR and PET look."""
    picture = np.zeros((side, side), np.float32)
    for _ in range(int(random.integers(1, 14))):
        centre = tuple(int(v) for v in random.integers(-20, side + 20, 2))
        axes = tuple(int(v) for v in random.integers(3, side if random.random() < .4 else side // 5, 2))
        thick = -1 if random.random() < .6 else int(random.integers(1, 9))
        cv2.ellipse(picture, centre, axes, float(random.uniform(0, 180)), 0, 360, float(random.uniform(0, 255)), thick, cv2.LINE_AA)
    picture *= .75 + .5 * smooth(random, side, 60)
    if random.random() < .6:
        picture = cv2.GaussianBlur(picture, (0, 0), random.uniform(.4, 4))
    return picture


def beads(random, side):
    """Rows of like shapes that are no letters: vertebrae, coils, vessels cut across, the slices of a mosaic."""
    picture = 60 * smooth(random, side, 40)
    for _ in range(int(random.integers(1, 6))):
        x, y = (float(v) for v in random.integers(0, side, 2))
        tall, shade, turn = float(random.uniform(3, 30)), float(random.uniform(90, 255)), random.uniform(-.6, .6) * (random.random() < .5)
        wide, thick = tall * random.uniform(.4, 1.6), -1 if random.random() < .7 else 1
        for _ in range(int(random.integers(3, 16))):
            size = (max(1, int(wide / 2 * random.uniform(.7, 1.3))), max(1, int(tall / 2 * random.uniform(.8, 1.2))))
            cv2.ellipse(picture, (int(x), int(y)), size, float(random.uniform(-20, 20)), 0, 360, shade * random.uniform(.8, 1), thick, cv2.LINE_AA)
            x, y = x + wide * random.uniform(1, 1.8) * np.cos(turn), y + wide * 1.4 * np.sin(turn)
    return cv2.GaussianBlur(picture, (0, 0), random.uniform(.4, 3)) if random.random() < .7 else picture


def bones(random, side):
    """A radiograph: broad shadows, bright trabeculae, clips and wires."""
    picture = 255 * smooth(random, side, int(random.integers(30, 90)))
    picture += random.uniform(0, 60) * (smooth(random, side, int(random.integers(2, 6))) - .5)
    for _ in range(int(random.integers(0, 6))):
        ends = [tuple(int(v) for v in random.integers(0, side, 2)) for _ in range(2)]
        cv2.line(picture, *ends, float(random.uniform(60, 255)), int(random.integers(1, 12)), cv2.LINE_AA)
    return picture


def texture(random, side):
    """Bands of spatial frequency: folds, vessels, gratings, pixel noise."""
    picture = sum(random.uniform(0, 1) * (smooth(random, side, grain) - .5) for grain in (2, 4, 8, 16, 40))
    picture = 128 + random.uniform(60, 400) * picture
    return np.where(picture > 128, random.uniform(100, 255), random.uniform(0, 100)).astype(np.float32) if random.random() < .2 else picture


GENERATED = (plain, speckle, speckle, tissue, tissue, beads, bones, texture)


def marks(random, picture):
    """What stands on images and is no text: rulers, frames, crosses, traces, bars of grey, arrows, dots."""
    side, shade = picture.shape[0], float(random.choice([255, 255, 200, 150, 0]))
    x, y = (int(v) for v in random.integers(4, side - 4, 2))
    what = random.integers(0, 7)
    if what == 0:
        step, short, along = int(random.integers(5, 24)), int(random.integers(3, 9)), random.random() < .5
        for n in range(int(random.integers(5, 30))):
            long = int(short * (LENGTH if n % 5 == 0 else 1))
            a, b = ((x, y + n * step), (x + long, y + n * step)) if along else ((x + n * step, y), (x + n * step, y + long))
            cv2.line(picture, a, b, shade, int(random.integers(1, 3)))
    elif what == 1:
        cv2.rectangle(picture, (x, y), tuple(int(v) for v in random.integers(0, side, 2)), shade, 1 + int(random.random() < .3))
    elif what == 2:
        arm = int(random.integers(3, 15))
        cv2.drawMarker(picture, (x, y), shade, int(random.integers(0, 7)), 2 * arm, 1)
    elif what == 3:
        across = np.arange(0, side)
        trace = y + random.uniform(3, 40) * np.sin(across / random.uniform(3, 30)) * smooth(random, side, 20)[0]
        cv2.polylines(picture, [np.stack([across, trace], 1).astype(np.int32)], False, shade, 1, cv2.LINE_AA)
    elif what == 4:
        wide, tall = int(random.integers(8, 24)), int(random.integers(60, 180))
        bar = np.linspace(255, 0, tall, dtype=np.float32)[:side - y, None]
        picture[y:y + tall, x:x + wide] = bar
    elif what == 5:
        cv2.arrowedLine(picture, (x, y), tuple(int(v) for v in random.integers(0, side, 2)), shade, int(random.integers(1, 3)), cv2.LINE_AA)
    else:
        for _ in range(int(random.integers(2, 12))):
            cv2.circle(picture, tuple(int(v) for v in random.integers(0, side, 2)), int(random.integers(1, 6)), shade, int(random.choice([-1, 1])), cv2.LINE_AA)


class Backgrounds:
    """Random pictures of one side, a third of them from the samples where there are any."""

    def __init__(self, slices, side):
        self.slices, self.side = slices, side

    def draw(self, random):
        picture = self.sample(random) if self.slices and random.random() < .4 else random.choice(GENERATED)(random, self.side)
        picture = picture + random.choice([0, 2, 6, 14]) * random.standard_normal(picture.shape, np.float32)
        if random.random() < .12:
            picture = 255 - picture
        return np.clip(picture, 0, 255).astype(np.float32)

    def mosaic(self, random):
        """Small slices side by side, as some scanners keep a volume."""
        small, first = int(random.integers(24, 97)), int(random.integers(len(self.slices)))
        count = -(-self.side // small)
        at = lambda row, column: self.slices[(first + (row * count + column) // 3) % len(self.slices)]
        rows = [np.hstack([cv2.resize(at(row, column), (small, small), interpolation=cv2.INTER_AREA) for column in range(count)]) for row in range(count)]
        return np.vstack(rows)[:self.side, :self.side].astype(np.float32) * random.uniform(.5, 1)

    def sample(self, random):
        if random.random() < .1:
            return self.mosaic(random)
        whole = self.slices[random.integers(len(self.slices))]
        scale = random.uniform(.8, 2.2)
        part = min(int(self.side / scale), *whole.shape)
        y, x = random.integers(0, whole.shape[0] - part + 1), random.integers(0, whole.shape[1] - part + 1)
        cut = whole[y:y + part, x:x + part].astype(np.float32)
        if random.random() < .5:
            cut = cut[:, ::-1]
        how = random.choice([cv2.INTER_NEAREST, cv2.INTER_LINEAR, cv2.INTER_CUBIC])
        cut = cv2.resize(np.ascontiguousarray(cut), (self.side, self.side), interpolation=int(how))
        return 255 * np.clip(cut / 255 * random.uniform(.4, 1.2), 0, 1) ** random.uniform(.6, 1.6)

"""Whole-head label maps -> tissues to paint and the four target classes (background, head, face, brain).

Label maps: BBillot/SynthSeg data/training_label_maps (Apache-2.0), 1 mm. Everything here is in RAS voxels of 1 mm.
"""
import argparse
import os
from pathlib import Path

import nibabel as nib
import numpy as np
from scipy import ndimage as ndi

BACKGROUND, HEAD, FACE, BRAIN = 0, 1, 2, 3
DEPTH_MM = 14          # how deep the face zone reaches under the skin
AIR_MM = 4             # air in front of the skin that belongs to the zone
BRAIN_GAP_MM = 4       # the face zone stays this far off the brain
BRAIN_MARGIN_MM = 2    # the brain class is this much larger than the brain
WEDGE_UP_MM, WEDGE_DOWN_MM, WEDGE_SIDE_MM = 23, 125, 75
EYES_TO_BRAIN_PITCH = np.deg2rad(32)   # angle of the line eyes -> brain centroid over the horizontal in an upright head
HELD_OUT = ('seg08', 'seg18')          # full-face subjects kept for validation

# FreeSurfer / whole-head codes -> tissue indices; left and right share one.
TISSUES = {
    'air': [0], 'white': [2, 41], 'cortex': [3, 42], 'csf': [4, 43, 5, 44, 14, 15, 24, 72],
    'cerebellum_white': [7, 46], 'cerebellum_cortex': [8, 47], 'thalamus': [10, 49], 'basal': [11, 12, 50, 51, 26, 58],
    'pallidum': [13, 52], 'brainstem': [16, 28, 60], 'limbic': [17, 18, 53, 54], 'minor_brain': [25, 57, 30, 62, 85],
    'vessels': [136, 137, 163, 164, 502, 508, 530], 'eye': [506], 'soft': [507], 'mucosa': [509], 'skin': [511],
    'fat': [512], 'dura': [514], 'bone': [515], 'marrow': [516],
}
NAMES = list(TISSUES)
BRAIN_TISSUES = [NAMES.index(n) for n in NAMES[1:12]]


def data_folder(given=None):
    """The folder of the sample heads: an argument, CLOAKROOM_HEADS, or ../shared/samples/heads beside the repository."""
    repo = Path(__file__).resolve().parents[3]
    return Path(given or os.environ.get('CLOAKROOM_HEADS') or repo.parent / 'shared' / 'samples' / 'heads')


def largest(mask):
    parts, n = ndi.label(mask)
    return mask if n < 2 else parts == 1 + np.argmax(np.bincount(parts.ravel())[1:])


def ball(mask, mm):
    """mask grown by mm (1 mm voxels)."""
    return ndi.distance_transform_edt(~mask) <= mm


def load_labels(path):
    """FreeSurfer-coded label map -> tissue indices (uint8, RAS, cropped to the head with 24 mm around, none below)."""
    codes = np.asarray(nib.as_closest_canonical(nib.load(path)).dataobj).astype(np.int32)
    table = np.full(max(int(codes.max()), 530) + 1, NAMES.index('soft'), np.uint8)
    for i, name in enumerate(NAMES):
        table[TISSUES[name]] = i
    tissue = table[codes]
    head = largest(tissue > 0)
    tissue[~head] = 0
    tissue = tissue[ndi.find_objects(head)[0]]
    area = (tissue > 0).sum((0, 1))
    low = next(k for k in range(60) if area[k] > 0.85 * area[k + 8])   # below it the field of view frays out
    tissue = tissue[:, :, low:]
    return np.pad(tissue, ((24, 24), (24, 24), (0, 24)))


def frame(tissue, brain):
    """Voxel coordinates relative to the midpoint of the eyes, turned so that the head is upright: arrays x, y, z (mm)."""
    eyes = np.argwhere(tissue == NAMES.index('eye')).mean(0)
    centre = np.argwhere(brain).mean(0)
    to_brain = centre - eyes
    pitch = np.arctan2(to_brain[2], -to_brain[1]) - EYES_TO_BRAIN_PITCH
    x, y, z = np.ogrid[tuple(slice(0, n) for n in tissue.shape)]
    y, z = y - eyes[1], z - eyes[2]
    c, s = np.cos(pitch), np.sin(pitch)
    return x - (eyes[0] + centre[0]) / 2, c * y - s * z, s * y + c * z


def ears(solid, x, y, z, brain_far):
    """What sticks out at the sides of the head: left by an opening with a ball of 15 mm."""
    padded = np.pad(solid, ((0, 0), (0, 0), (20, 0)), mode='edge')
    core = ndi.distance_transform_edt(padded) > 15
    opened = ndi.distance_transform_edt(~core) <= 15
    out = (padded & ~opened)[:, :, 20:]
    region = (np.abs(x) > 45) & (y < -45) & (y > -130) & (z < 25) & (z > -75)
    out = ndi.binary_opening(out & region, iterations=1)
    parts, n = ndi.label(out)
    if n:
        size = np.bincount(parts.ravel())
        size[0] = 0
        out = np.isin(parts, np.flatnonzero(size > 400))
    return ball(out, 4) & brain_far & (np.abs(x) > 45)


def classes(tissue):
    """Tissue map -> class map (uint8). The face zone is the outer 14 mm inside a wedge, plus 4 mm of air, plus the ears."""
    brain = np.isin(tissue, BRAIN_TISSUES)
    brain = largest(ndi.binary_opening(brain, iterations=2))
    brain = ndi.binary_closing(np.pad(brain, 6), iterations=4)[6:-6, 6:-6, 6:-6]
    from_brain = ndi.distance_transform_edt(~brain)
    x, y, z = frame(tissue, brain)

    head = np.pad(tissue > 0, ((0, 0), (0, 0), (12, 0)), mode='edge')
    solid = ndi.distance_transform_edt(ndi.distance_transform_edt(~head) <= 5) > 5   # nostrils, mouth and ear canals closed
    for k in range(solid.shape[2]):
        solid[:, :, k] = ndi.binary_fill_holes(solid[:, :, k])
    under = ndi.distance_transform_edt(solid)[:, :, 12:]
    over = ndi.distance_transform_edt(~solid)[:, :, 12:]
    solid = solid[:, :, 12:]

    slope = -12 - (WEDGE_UP_MM - z) * (33 / (WEDGE_UP_MM + WEDGE_DOWN_MM))
    wedge = (z < WEDGE_UP_MM) & (z > -WEDGE_DOWN_MM) & (np.abs(x) < WEDGE_SIDE_MM) & (y > slope)
    far = from_brain > BRAIN_GAP_MM
    face = wedge & (under <= DEPTH_MM) & (over <= AIR_MM) & far
    face |= ears(solid, x, y, z, far)

    out = np.where(solid, HEAD, BACKGROUND).astype(np.uint8)
    out[face] = FACE
    out[(from_brain <= BRAIN_MARGIN_MM)] = BRAIN
    return out


def subjects(folder):
    return sorted((Path(folder) / 'labels').glob('seg*.nii.gz'))


def prepared(folder, cache):
    """{name: (tissue, classes)} of every label map, computed once and kept in the cache folder."""
    cache = Path(cache)
    cache.mkdir(parents=True, exist_ok=True)
    out = {}
    for path in subjects(folder):
        name = path.name.split('.')[0]
        kept = cache / f'{name}.npz'
        if not kept.exists():
            tissue = load_labels(path)
            np.savez_compressed(kept, tissue=tissue, classes=classes(tissue))
        with np.load(kept) as z:
            out[name] = z['tissue'], z['classes']
    return out


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=Path(__file__).parent / 'runs')
    given = ask.parse_args()
    for name, (tissue, kinds) in prepared(data_folder(given.data), Path(given.runs) / 'heads').items():
        print(name, tissue.shape, 'ml per class', (np.bincount(kinds.ravel(), minlength=4) // 1000).tolist())

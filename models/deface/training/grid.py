"""A real scan -> the canonical grid, and the answer back: exactly the rule that manifest.json states and the product repeats.

World coordinates are RAS mm from the NIfTI affine. The grid is 128^3 voxels of 2 mm with axes R, A, S.
"""
import nibabel as nib
import numpy as np
from scipy import ndimage as ndi

SIZE, MM = 128, 2.0
FIELD = SIZE * MM
FLOOR = -1024
LOW, HIGH = .005, .995
FOREGROUND = .2          # of the way from the low to the high percentile
TOP_AREA_MM2 = 1000      # the crown: the highest 2 mm slab with this much foreground
ABOVE_MM, SLAB_MM = 10, 180
FACE_AT, BRAIN_AT, BRAIN_GAP_MM, SMALLEST_ML = .4, .5, 2, .5


def load(path):
    """(values float32 [i,j,k] of the first volume, affine voxel -> RAS mm)"""
    image = nib.load(path)
    values = np.asarray(image.dataobj, dtype=np.float32)
    while values.ndim > 3:
        values = values[..., 0]
    return np.nan_to_num(values, nan=0, posinf=0, neginf=0), image.affine.astype(np.float64)


def shrink(values, affine):
    """Mean of blocks of floor(2 mm / spacing) voxels along each axis; the last block may be smaller."""
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    steps = np.maximum(1, np.floor(MM / spacing + 1e-3)).astype(int)
    affine = affine.copy()
    for axis, step in enumerate(steps):
        if step > 1:
            starts = np.arange(0, values.shape[axis], step)
            counts = np.minimum(step, values.shape[axis] - starts)
            shape = [1, 1, 1]
            shape[axis] = -1
            values = np.add.reduceat(values, starts, axis) / counts.reshape(shape)
    affine[:3, 3] += affine[:3, :3] @ ((steps - 1) / 2)
    affine[:3, :3] *= steps
    return values.astype(np.float32), affine


def percentiles(values):
    ordered = np.sort(values, axis=None)
    return [float(ordered[int(q * (ordered.size - 1))]) for q in (LOW, HIGH)]


def centre_of(values, affine):
    """Centre of the grid in RAS mm: of the field of view where it is no larger than the grid, else by the foreground."""
    n = np.array(values.shape)
    corners = np.array([[a, b, c] for a in (0, n[0] - 1) for b in (0, n[1] - 1) for c in (0, n[2] - 1)])
    world = corners @ affine[:3, :3].T + affine[:3, 3]
    low, high = world.min(0), world.max(0)
    centre, large = (low + high) / 2, high - low > FIELD
    if not large.any():
        return centre
    p, q = percentiles(values)
    points = np.argwhere(values > p + FOREGROUND * (q - p)) @ affine[:3, :3].T + affine[:3, 3]
    if large[2]:
        bins = np.floor((points[:, 2] - low[2]) / MM).astype(int).clip(0)
        area = np.bincount(bins) * abs(np.linalg.det(affine[:3, :3])) / MM
        full = np.flatnonzero(area >= TOP_AREA_MM2)
        top = low[2] + MM * (full[-1] + 1) if len(full) else high[2]
        centre[2] = top + ABOVE_MM - FIELD / 2
        points = points[(points[:, 2] <= top) & (points[:, 2] > top - SLAB_MM)]
    for axis in (0, 1):
        if large[axis] and len(points):
            centre[axis] = points[:, axis].mean()
    return centre


def to_grid(values, affine):
    """(image float32 [128^3] in 0..1, grid affine voxel -> RAS mm, where the scan has voxels)"""
    values, affine = shrink(np.maximum(values, FLOOR), affine)
    grid = np.diag([MM, MM, MM, 1])
    grid[:3, 3] = centre_of(values, affine) - MM * (SIZE - 1) / 2
    back = np.linalg.inv(affine) @ grid
    index = np.indices((SIZE,) * 3).reshape(3, -1)
    where = back[:3, :3] @ index + back[:3, 3:]
    limit = np.array(values.shape)[:, None]
    seen = ((where >= -.5) & (where <= limit - .5)).all(0).reshape((SIZE,) * 3)
    image = ndi.map_coordinates(values, where, order=1, mode='nearest').reshape((SIZE,) * 3)
    low, high = percentiles(image[seen])
    image = np.clip((image - low) / max(high - low, 1e-6), 0, 1)
    image[~seen] = 0
    return image.astype(np.float32), grid, seen


def face_on_grid(probabilities):
    """Probabilities [4,128^3] -> the face mask on the grid: off the brain, without crumbs."""
    brain = probabilities[3] >= BRAIN_AT
    face = (probabilities[2] >= FACE_AT) & ~brain
    if brain.any():
        face &= ndi.distance_transform_edt(~brain) * MM > BRAIN_GAP_MM
    parts, n = ndi.label(face)
    if n:
        size = np.bincount(parts.ravel()) * MM ** 3 / 1000
        size[0] = 0
        face = np.isin(parts, np.flatnonzero(size >= SMALLEST_ML))
    return face


def from_grid(mask, grid, shape, affine):
    """A mask on the grid -> the scan's own voxels (trilinear, at one half)."""
    back = np.linalg.inv(grid) @ affine
    out = np.zeros(shape, bool)
    i, j = np.indices(shape[:2])
    for k in range(shape[2]):
        where = np.tensordot(back[:3, :3], np.stack([i, j, np.full_like(i, k)]), 1) + back[:3, 3].reshape(3, 1, 1)
        out[:, :, k] = ndi.map_coordinates(mask.astype(np.float32), where, order=1, mode='constant') >= .5
    return out

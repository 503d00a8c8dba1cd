"""Label maps of a doll's head: too simple to learn a face from, but enough to try the whole chain in seconds, without real heads.
    doll.py FOLDER      writes FOLDER/labels/seg01.nii.gz and seg08.nii.gz (which is a subject kept out)
"""
import sys
from pathlib import Path

import nibabel as nib
import numpy as np

SHAPE = (64, 80, 88)


def doll(stretch):
    """FreeSurfer-like codes (int16, 1 mm, RAS): skin, fat, bone, brain, two eyes and a nose."""
    x, y, z = (v - (n - 1) / 2 for v, n in zip(np.indices(SHAPE), SHAPE))
    z = z / stretch

    def ellipsoid(cx, cy, cz, rx, ry, rz):
        return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 + ((z - cz) / rz) ** 2 < 1

    codes = np.zeros(SHAPE, np.int16)
    for code, where in ((511, ellipsoid(0, -2, 0, 29, 34, 41) | ellipsoid(0, 33, -9, 4, 5, 6)), (507, ellipsoid(0, -2, 0, 26, 31, 38)),
                        (515, ellipsoid(0, -4, 12, 23, 28, 25)), (3, ellipsoid(0, -4, 12, 21, 26, 23)), (2, ellipsoid(0, -4, 12, 15, 19, 17)),
                        (506, ellipsoid(-11, 23, -8, 5, 5, 5) | ellipsoid(11, 23, -8, 5, 5, 5))):
        codes[where] = code
    return codes


if __name__ == '__main__':
    folder = Path(sys.argv[1]) / 'labels'
    folder.mkdir(parents=True)
    for name, stretch in (('seg01', 1), ('seg08', .95)):
        nib.save(nib.Nifti1Image(doll(stretch), np.eye(4)), folder / f'{name}.nii.gz')

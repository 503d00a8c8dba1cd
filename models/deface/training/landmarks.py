"""Where the landmarks of a face lie on a label map: what evaluate.py looks at one by one."""
import numpy as np
from scipy import ndimage as ndi

from heads import BRAIN_TISSUES, FACE, NAMES, frame, largest

GROUPS = ('nose tip', 'orbits', 'lips', 'chin', 'ears')
SKIN_MM = 10   # of depth under the skin counts
NOSE_Z = -36   # mm over the eyes


def landmarks(tissue, classes):
    """uint8 map: 1 + index into GROUPS on the face zone's tissue around each landmark, 0 elsewhere. Voxels of 1 mm, RAS."""
    brain = largest(ndi.binary_opening(np.isin(tissue, BRAIN_TISSUES), iterations=2))
    x, y, z = np.broadcast_arrays(*frame(tissue, brain))
    zone = (classes == FACE) & (tissue > 0)
    out = np.zeros(tissue.shape, np.uint8)

    def mark(name, where):
        out[zone & where & (out == 0)] = 1 + GROUPS.index(name)

    def foremost(z_low, z_high, z_likely=0, pull=0):
        """The foremost skin near the middle plane between two heights, the likely height preferred: (y, z)."""
        line = (tissue > 0) & (np.abs(x) < 6) & (z > z_low) & (z < z_high)
        at = np.argmax(np.where(line, y - pull * np.abs(z - z_likely), -np.inf))
        return y.flat[at], z.flat[at]

    nose_y, nose_z = foremost(-55, -15, NOSE_Z, .4)
    mark('nose tip', x ** 2 + (y - nose_y) ** 2 + (z - nose_z) ** 2 < 12 ** 2)
    eyes = tissue == NAMES.index('eye')
    for side in (x < 0, x > 0):
        ex, ey, ez = (v[eyes & side].mean() for v in (x, y, z))
        mark('orbits', ((x - ex) ** 2 + (z - ez) ** 2 < 16 ** 2) & (y > ey + 4))
    chin_y, chin_z = foremost(nose_z - 80, nose_z - 50)
    mark('chin', x ** 2 + (y - chin_y) ** 2 + (z - chin_z) ** 2 < 14 ** 2)
    lips_y, _ = foremost(nose_z - 40, nose_z - 18)
    mark('lips', (np.abs(x) < 24) & (z > nose_z - 42) & (z < nose_z - 16) & (y > lips_y - SKIN_MM))
    mark('ears', (np.abs(x) > 50) & (y < -45))
    return out

"""Measure the last checkpoint: painted scans of subjects that were not trained on, the real heads, the negatives.
Writes runs/NAME/figures.json, which export.py puts into the manifest.
    evaluate.py [--draws 8]
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch

import grid
from export import HERE, checkpoint
from generate import AIR, CONTRASTS, Generator
from heads import BRAIN_TISSUES, FACE, HEAD, HELD_OUT, data_folder, prepared


def segment(net, image):
    with torch.no_grad():
        return net(torch.as_tensor(image)[None, None]).softmax(1)[0].numpy()


def painted(net, heads, draws):
    """Per contrast, over all held-out subjects: what of the true face zone goes, what of the brain and of the rest."""
    out = {}
    for contrast in CONTRASTS:
        face, brain, rest = [], [], []
        for name in HELD_OUT:
            draw = Generator([heads[name]], 4321)
            for _ in range(draws):
                tissue, classes = draw.place(*draw.heads[0])
                image, classes, seen = draw.shoot(tissue, classes, contrast)
                mask = grid.face_on_grid(segment(net, image))
                solid = (tissue != AIR).numpy()
                kinds = classes.numpy()
                for kept, where in ((face, (kinds == FACE) & solid), (rest, (kinds == HEAD) & solid)):
                    if where.sum() > 500:
                        kept.append(float((mask & where).sum() / where.sum()))
                brain.append(int((mask & np.isin(tissue.numpy(), BRAIN_TISSUES) & seen.numpy()).sum()))
        out[contrast] = {
            'scans': len(brain), 'faceRemovedMean': round(float(np.mean(face)), 4), 'faceRemovedWorst': round(min(face), 4),
            'scansWithBrainRemoved': int(np.sum(np.array(brain) > 0)), 'brainMlRemovedWorst': round(max(brain) * grid.MM ** 3 / 1000, 3),
            'otherHeadRemovedMean': round(float(np.mean(rest)), 4),
        }
        print(contrast, out[contrast], flush=True)
    return out


def real(net, path, truth=None):
    values, affine = grid.load(path)
    image, placed, _ = grid.to_grid(values, affine)
    probabilities = segment(net, image)
    face = grid.face_on_grid(probabilities)
    ml = grid.MM ** 3 / 1000
    out = {'faceMl': round(face.sum() * ml, 1), 'brainMl': round(float((probabilities[3] >= grid.BRAIN_AT).sum()) * ml, 1)}
    if truth:
        mask = grid.from_grid(face, placed, values.shape, affine)
        brain = grid.load(truth)[0] > 0
        out['brainVoxelsRemoved'] = int((mask & brain).sum())
    print(path.name, out, flush=True)
    return out


def main(given):
    torch.set_num_threads(given.threads)
    net, kept = checkpoint(given.runs, given.name)
    folder = data_folder(given.data)
    heads = prepared(folder, Path(given.runs) / 'heads')
    brains = {'t1_colin27.nii.gz': folder / 'templates' / 'colin27_brain_ch2bet.nii.gz'}
    figures = {
        'step': kept['step'],
        'heldOutPainted': painted(net, heads, given.draws),
        'realHeads': {p.name: real(net, p, brains.get(p.name)) for p in sorted((folder / 'real').glob('*.nii.gz'))},
        'negatives': {p.name: real(net, p) for p in sorted((folder / 'negative').glob('*.nii.gz'))},
    }
    (Path(given.runs) / given.name / 'figures.json').write_text(json.dumps(figures, indent=2))


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--draws', type=int, default=8)
    ask.add_argument('--threads', type=int, default=2)
    main(ask.parse_args())

"""Measure what the product removes with a model: painted scans of subjects that were not trained on, each contrast apart, scans
whose header is wrong about which way is up, things that are no head, and the real heads.
    evaluate.py --model ../ [--draws 2] [--write]      --write puts the figures into the model's manifest.json
The engine itself is run (remove.ts), so that its own rules are measured along with the network.
"""
import argparse
import itertools
import json
import subprocess
from pathlib import Path

import nibabel as nib
import numpy as np
import torch

from generate import AIR, CONTRASTS, Generator
from heads import BRAIN, BRAIN_TISSUES, FACE, HEAD, HELD_OUT, data_folder, prepared
from landmarks import GROUPS, landmarks
from scanner import FIELD_MM

HERE = Path(__file__).resolve().parent
SEED = 4321
SCALES = (.97, 1.25)   # the subjects are large: larger ones than these no person has
RECEDED_MM = 5


def kept_out(heads):
    return [name for name in HELD_OUT if name in heads]


def truth_of(tissue, classes):
    """A prepared head whose class map also carries the landmarks, from bit 2 up."""
    return tissue, classes | (landmarks(tissue, classes) << 2)


def save(path, image, affine):
    values = (image * 4000).round().astype(np.int16)
    nib.save(nib.Nifti1Image(values, affine), path)


def shot(draw, name, number, contrast, scene, folder):
    """Paints one scan, writes it cropped to its field of view, and keeps the truth beside it."""
    draw.scales = SCALES
    draw.turn_to(number)
    tissue, classes = scene()
    image, classes, seen = draw.shoot(tissue, classes, contrast)
    box = tuple(slice(int(at.min()), int(at.max()) + 1) for at in torch.nonzero(seen).T)
    affine = np.diag([draw.mm] * 3 + [1])
    affine[:3, 3] = [s.start * draw.mm - FIELD_MM / 2 for s in box]
    path = folder / f'{name}.nii.gz'
    save(path, image[box].numpy(), affine)
    return {'path': path, 'tissue': tissue[box].numpy(), 'classes': classes[box].numpy(), 'mm': draw.mm, 'affine': affine, 'image': image[box].numpy()}


def removed(model, paths):
    """Runs the engine over the scans: its answers, each with the mask (None where there is none)."""
    repo = HERE.parents[2]
    command = ['node', '--import', 'tsx', str(HERE / 'remove.ts'), str(Path(model).resolve())]
    lines = '\n'.join(str(Path(p).resolve()) for p in paths)
    done = subprocess.run(command, input=lines, cwd=repo, stdout=subprocess.PIPE, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    for answer in answers:
        answer['mask'] = np.asarray(nib.load(answer['input'].replace('.nii.gz', '.mask.nii.gz')).dataobj) > 0
    return answers


def share(mask, where, mm, least_ml=.5):
    """Of the voxels `where`, the share in the mask; None when there are too few to say."""
    return float(mask[where].mean()) if where.sum() * mm ** 3 >= least_ml * 1000 else None


def first(tissue):
    """Per line from the front, the index of the first tissue counted from the front; the line's length where there is none."""
    seen = tissue[:, ::-1]
    return np.where(seen.any(1), seen.argmax(1), tissue.shape[1])


def relief(tissue, mask, zone, mm):
    """(share of the lines into the face zone that receded by 5 mm, correlation of the relief before and after)"""
    before, after = first(tissue), first(tissue & ~mask)
    lines = np.take_along_axis(zone[:, ::-1], np.minimum(before, tissue.shape[1] - 1)[:, None], 1)[:, 0] & (before < tissue.shape[1])
    if lines.sum() < 200:
        return None, None
    deeper = float(((after - before)[lines] * mm >= RECEDED_MM).mean())
    both = lines & (after < tissue.shape[1])
    x, z = np.argwhere(both).T / 100
    bow = np.stack([np.ones_like(x), x, z, x * x, x * z, z * z], 1)   # the head's own roundness is no relief
    rest = [d - bow @ np.linalg.lstsq(bow, d, rcond=None)[0] for d in (before[both].astype(float), after[both].astype(float))]
    return deeper, float(np.corrcoef(*rest)[0, 1]) if both.sum() > 200 else None


def judge(scan, answer):
    mask, tissue, kinds, mm = answer['mask'], scan['tissue'] != AIR, scan['classes'] & 3, scan['mm']
    zone = kinds == FACE
    deeper, r = relief(tissue, mask, zone, mm)
    marks = scan['classes'] >> 2
    return {
        'passes': answer['passes'], 'reason': answer['reason'], 'face': share(mask, zone & tissue, mm, 4), 'front': deeper, 'relief': r,
        'other': share(mask, (kinds == HEAD) & tissue, mm, 4),
        'brain': int((mask & np.isin(scan['tissue'], BRAIN_TISSUES) & (kinds == BRAIN)).sum()) * mm ** 3 / 1000,
        'marks': {name: share(mask, zone & tissue & (marks == n + 1), mm) for n, name in enumerate(GROUPS)},
    }


def spread(values, worst):
    values = [v for v in values if v is not None]
    return [round(float(np.mean(values)), 4), round(float(worst(values)), 4)] if values else None


def summary(judged):
    """[mean, worst] of each figure; brain in ml."""
    return {
        'scans': len(judged), 'passed': sum(j['passes'] for j in judged),
        'faceRemoved': spread([j['face'] for j in judged], min), 'frontReceded': spread([j['front'] for j in judged], min),
        'reliefCorrelation': spread([j['relief'] and abs(j['relief']) for j in judged], max),
        'landmarksRemoved': {name: spread([j['marks'][name] for j in judged], min) for name in GROUPS},
        'brainMlAltered': spread([j['brain'] for j in judged], max), 'otherHeadRemoved': spread([j['other'] for j in judged], max),
    }


def painted(model, heads, size, draws, folder):
    scans = []
    subjects = kept_out(heads)
    for subject, contrast in itertools.product(subjects, CONTRASTS):
        draw = Generator([truth_of(*heads[subject])], SEED, size)
        for n in range(draws):
            scans.append((subject, contrast, shot(draw, f'{subject}-{contrast}-{n}', n, contrast, lambda: draw.place(*draw.heads[0]), folder)))
    answers = removed(model, [s['path'] for *_, s in scans])
    judged = [(subject, contrast, judge(scan, answer)) for (subject, contrast, scan), answer in zip(scans, answers)]
    rows = {f'{a} {b}': summary([j for s, c, j in judged if (s, c) == (a, b)]) for a, b in itertools.product(subjects, CONTRASTS)}
    every = [j for *_, j in judged]
    held = [j['reason'] for j in every if not j['passes']]
    return {'all': summary(every), 'passedAlone': summary([j for j in every if j['passes']]),
            'byContrast': {c: summary([j for _, k, j in judged if k == c]) for c in CONTRASTS}, 'bySubjectAndContrast': rows,
            'heldBecause': {reason: held.count(reason) for reason in sorted(set(held))}}


def orientations(model, heads, size, contrasts, folder):
    """One whole head a contrast in all 24 orientations, with a header that is right and with one that is not."""
    out, draw = {}, Generator([truth_of(*heads[kept_out(heads)[-1]])], SEED, size)
    turns = [m for m in itertools.product(itertools.permutations(range(3)), itertools.product((1, -1), repeat=3)) if np.linalg.det(turn(*m)) > 0]
    for contrast in contrasts:
        draw.field_of_view = lambda classes: torch.ones_like(classes, dtype=torch.bool)
        scan = shot(draw, f'turn-{contrast}', 7, contrast, lambda: draw.place(*draw.heads[0]), folder)
        for kind in ('headerRight', 'headerWrong'):
            answers = removed(model, [turned(scan, m, kind == 'headerRight', folder / f'turn-{contrast}-{kind}-{n}.nii.gz') for n, m in enumerate(turns)])
            judged = []
            for m, answer in zip(turns, answers):
                answer['mask'] = np.flip(answer['mask'], [a for a in range(3) if m[1][a] < 0]).transpose(np.argsort(m[0]))
                judged.append(judge(scan, answer))
            # Of a header that is wrong, only a scan that passes although the face is there matters: it must have been turned.
            out[f'{contrast} {kind}'] = {'all': summary(judged), 'passedAlone': summary([j for j in judged if j['passes']])}
    return out


def turn(axes, signs):
    """New voxel axes -> old voxel axes."""
    out = np.zeros((3, 3))
    for new, (old, sign) in enumerate(zip(axes, signs)):
        out[old, new] = sign
    return out


def turned(scan, move, right, path):
    """The scan with its voxel axes permuted and flipped; the header follows (right) or claims that nothing happened."""
    axes, signs = move
    image = np.flip(scan['image'].transpose(axes), [a for a in range(3) if signs[a] < 0])
    affine = np.diag([scan['mm']] * 3 + [1.])
    affine[:3, 3] = [-scan['mm'] * n / 2 for n in image.shape]
    if right:
        back = np.eye(4)
        back[:3, :3] = turn(axes, signs)
        back[:3, 3] = [0 if s > 0 else scan['image'].shape[a] - 1 for a, s in sorted(zip(axes, signs))]
        affine = scan['affine'] @ back
    save(path, image, affine)
    return path


def no_heads(model, heads, size, count, folder):
    """Painted things that hold no face: blobs, brains alone. How much would be cut, and does it pass?"""
    draw = Generator([heads[n] for n in kept_out(heads)], SEED, size)

    def brain():
        tissue, classes = draw.place(*draw.heads[0])
        tissue[torch.from_numpy(~np.isin(tissue.numpy(), BRAIN_TISSUES))] = AIR
        return tissue, classes * (classes == BRAIN)

    out = {}
    for kind, scene in (('blobs', draw.blobs), ('brainAlone', brain)):
        scans = [shot(draw, f'{kind}-{n}', n, CONTRASTS[n % len(CONTRASTS)], scene, folder) for n in range(count)]
        answers = removed(model, [s['path'] for s in scans])
        out[kind] = {'scans': count, 'altered': sum(a['passes'] and bool(a['mask'].any()) for a in answers),
                     'decisions': {d: sum(a['decision'] == d for a in answers) for d in ('head', 'unsure', 'notHead')}}
    return out


def real(model, paths, brains, folder):
    """Real scans: no truth but a brain mask here and there."""
    linked = [folder / p.name for p in paths]
    for path, link in zip(paths, linked):
        link.write_bytes(path.read_bytes())
    out = {}
    for path, answer in zip(paths, removed(model, linked)):
        figures = answer['figures']
        out[path.name] = {'passes': answer['passes'], 'reason': answer['reason'], 'maskMl': figures['maskMl'], 'brainMl': figures['brainMl'],
                          'frontReceded': figures['recededShare'], 'seconds': round(sum(answer['seconds'].values()), 1)}
        if path.name in brains:
            brain = np.asarray(nib.load(brains[path.name]).dataobj) > 0
            out[path.name]['brainVoxelsAltered'] = int((answer['mask'] & brain).sum())
    return out


def main(given):
    torch.set_num_threads(given.threads)
    data = data_folder(given.data)
    heads = prepared(data, Path(given.runs) / 'heads')
    folder = Path(given.runs) / 'scans'
    folder.mkdir(parents=True, exist_ok=True)
    brains = {'t1_colin27.nii.gz': data / 'templates' / 'colin27_brain_ch2bet.nii.gz'}
    figures = {'by': f'evaluate.py --draws {given.draws}', 'landmarks': list(GROUPS), 'form': '[mean, worst]'}
    parts = {
        'heldOutPainted': lambda: painted(given.model, heads, given.size, given.draws, folder),
        'realHeads': lambda: real(given.model, sorted((data / 'real').glob('*.nii.gz')), brains, folder),
        'realNegatives': lambda: real(given.model, sorted((data / 'negative').glob('*.nii.gz')), {}, folder),
        'noHeads': lambda: no_heads(given.model, heads, given.size, given.draws * 6, folder),
        'orientations': lambda: orientations(given.model, heads, given.size, ('t1', 'ct')[:given.turned], folder),
    }
    for name in given.only or parts:
        figures[name] = parts[name]()
        print(json.dumps({name: figures[name]}, indent=1), flush=True)
    if given.write:
        path = Path(given.model) / 'manifest.json'
        manifest = json.loads(path.read_text())
        path.write_text(json.dumps({**manifest, 'figures': figures}, indent=2) + '\n')


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--model', default=HERE.parent)
    ask.add_argument('--draws', type=int, default=2, help='scans per subject and contrast')
    ask.add_argument('--size', type=int, default=128, help='voxels per side of a painted scan of 256 mm')
    ask.add_argument('--turned', type=int, default=1, help='contrasts that are turned to all 24 orientations')
    ask.add_argument('--only', nargs='*', help='parts to measure')
    ask.add_argument('--write', action='store_true')
    ask.add_argument('--threads', type=int, default=2)
    main(ask.parse_args())

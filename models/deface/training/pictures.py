"""The model card's pictures: the loss curve of a run, and a generated head before and after for several contrasts.
    pictures.py [--name first] [--model ..] [--out ../pictures]
The heads are generated (phantom.ts): label maps and real heads show real people and stay out of the repository.
"""
import argparse
import re
import subprocess
from pathlib import Path

import cv2
import nibabel as nib
import numpy as np

from evaluate import HERE, removed

# From the T1-weighted phantom's tissue values (air, bone, fluid, muscle, grey, marrow, white, fat) to those of another contrast.
T1_VALUES = [0, 40, 130, 320, 400, 480, 590, 820]
LIKE = {'T2-like': [0, 60, 900, 250, 450, 400, 320, 550], 'FLAIR-like': [0, 60, 60, 300, 500, 450, 400, 750],
        'PD-like': [0, 100, 700, 520, 640, 500, 540, 760]}


def curve(log, path):
    """An SVG of the loss and of the Dice of face and brain on subjects kept out, by step."""
    text = log.read_text()
    loss = [(int(a), float(b)) for a, b in re.findall(r'^(\d+) size \d+ loss ([\d.]+)', text, re.M)]
    held = [tuple(map(float, found)) for found in re.findall(r'^(\d+) size \d+ held-out subjects: dice head [\d.]+ face ([\d.]+) brain ([\d.]+)', text, re.M)]
    right = max(s for s, _ in loss)
    mean = [(s, np.mean([v for _, v in loss[max(0, n - 4):n + 1]])) for n, (s, _) in enumerate(loss)]
    lines = (('loss (mean of 200 steps)', '#1f5fa8', mean), ('Dice face, kept-out subjects', '#b3261e', [(s, f) for s, f, _ in held]),
             ('Dice brain, kept-out subjects', '#2e7d32', [(s, b) for s, _, b in held]))
    place = lambda s, v: f'{50 + 620 * s / right:.1f},{260 - 200 * v:.1f}'
    marks = [f'<text x="44" y="{264 - 200 * v:.0f}" text-anchor="end">{v}</text><path d="M50 {260 - 200 * v:.0f}H670" stroke="#ddd"/>' for v in (0, .5, 1)]
    marks += [f'<text x="{50 + 620 * s / right:.0f}" y="280" text-anchor="middle">{s}</text>' for s in range(0, right + 1, 500)]
    for n, (name, colour, points) in enumerate(lines):
        marks.append(f'<polyline fill="none" stroke="{colour}" stroke-width="2" points="{" ".join(place(s, v) for s, v in points)}"/>'
                     f'<text x="{60 + 210 * n}" y="300" fill="{colour}">{name}</text>')
    path.write_text('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 700 310" font-family="sans-serif" font-size="12">'
                    '<rect width="700" height="310" fill="#fff"/>' + ''.join(marks) + '</svg>\n')


def contrasts(folder):
    """Writes the phantom in every contrast; {name: path}."""
    subprocess.run(['node', '--import', 'tsx', str(HERE / 'phantom.ts'), str(folder.resolve())], cwd=HERE.parents[2], check=True)
    out = {'T1-like': folder / 't1.nii.gz', 'CT': folder / 'ct.nii.gz'}
    t1 = nib.load(out['T1-like'])
    values = np.asarray(t1.dataobj).astype(np.float32)
    for name, levels in LIKE.items():
        out[name] = folder / f'{name}.nii.gz'
        nib.save(nib.Nifti1Image(np.interp(values, T1_VALUES, levels).astype(np.int16), t1.affine), out[name])
    thick = np.repeat(values[:, :, :160].reshape(*values.shape[:2], 40, 4).mean(3), 4, 2)
    out['T1-like, 6.4 mm'] = folder / 'thick.nii.gz'
    nib.save(nib.Nifti1Image(thick.astype(np.int16), t1.affine), out['T1-like, 6.4 mm'])
    return out


def shaded(values, low):
    """The skin from the front, lit from above."""
    solid = (values > low)[:, ::-1]
    depth = cv2.GaussianBlur(np.where(solid.any(1), solid.argmax(1), solid.shape[1]).astype(np.float32), (0, 0), 1)
    gx, gz = np.gradient(depth)
    light = (1 + .8 * gz - .3 * gx) / np.sqrt(1 + gx ** 2 + gz ** 2)
    return np.where(depth < solid.shape[1] - 1, np.clip(light, 0, 1.3) / 1.3, 0)


def views(values, low, high):
    scaled = np.clip((values - low) / (high - low), 0, 1)
    cells = [scaled[values.shape[0] // 2], scaled[:, :, 78], shaded(values, low + .15 * (high - low))]
    return [np.pad(np.rot90(c * 255).astype(np.uint8), ((0, 160 - c.shape[1]), (0, 160 - c.shape[0]))) for c in cells]


def sheet(model, folder):
    scans = contrasts(folder)
    rows = []
    for (name, path), answer in zip(scans.items(), removed(model, list(scans.values()))):
        before = np.asarray(nib.load(path).dataobj).astype(np.float32)
        low, high = (-1000, 1000) if name == 'CT' else np.percentile(before, [1, 99.5])
        row = np.hstack([cell for pair in zip(views(before, low, high), views(np.where(answer['mask'], low, before), low, high)) for cell in pair])
        said = 'passes' if answer['passes'] else 'held: ' + answer['reason'].split(': ')[-1]
        cv2.putText(row, f'{name}: {said}', (6, 14), cv2.FONT_HERSHEY_SIMPLEX, .4, 255, 1, cv2.LINE_AA)
        rows.append(row)
    return np.vstack(rows)


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--model', default=HERE.parent)
    ask.add_argument('--out', default=HERE.parent / 'pictures')
    given = ask.parse_args()
    folder, out = Path(given.runs) / 'phantom', Path(given.out)
    for path in (folder, out):
        path.mkdir(parents=True, exist_ok=True)
    curve(Path(given.runs) / given.name / 'log.txt', out / 'curve.svg')
    cv2.imwrite(str(out / 'before-after.png'), sheet(given.model, folder))

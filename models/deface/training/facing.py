"""Which way does a head face? A small network looks at a coarse scan turned to each of 24 sides and says how much each looks like an
upright head that faces the front; trained on painted heads alone. The product compares the 24 answers (src/domain/deface/facing.ts).
    facing.py --heads 700 --steps 1500        paints what is missing, trains, writes ../facing.onnx and ../facing.json
"""
import argparse
import hashlib
import itertools
import json
from multiprocessing import Pool
from pathlib import Path

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from torch import nn

from generate import Generator
from heads import HELD_OUT, data_folder, prepared
from network import weights_of_onnx
from scanner import FIELD_MM, FLOOR, HIGH, LOW

HERE = Path(__file__).resolve().parent
SIZE = 32
KEPT = 48   # voxels a side of a painted head on the disk
PAINTED = 96
SEED = 11


def turns():
    """The 24 rotations of a cube as (axes, flipped axes), the one that changes nothing first: new axis a shows old axis axes[a]."""
    out = []
    for axes, flips in itertools.product(itertools.permutations(range(3)), itertools.product((False, True), repeat=3)):
        odd = sum(axes[i] > axes[j] for i, j in ((0, 1), (0, 2), (1, 2))) + sum(flips)
        if odd % 2 == 0:
            out.append((axes, [a for a in range(3) if flips[a]]))
    return out


TURNS = turns()


def all_turns(image):
    """[2, n, n, n] -> [24, 2, n, n, n]"""
    return torch.stack([image.permute(0, *(a + 1 for a in axes)).flip([a + 1 for a in flips]) for axes, flips in TURNS])


class Facing(nn.Module):
    """[turns, 2, 32, 32, 32] (image, field of view) -> one score a turn."""

    def __init__(self):
        super().__init__()
        widths = (2, 12, 24, 48, 64)
        self.down = nn.ModuleList(nn.Conv3d(a, b, 3, stride=2, padding=1) for a, b in zip(widths, widths[1:]))
        self.norm = nn.ModuleList(nn.GroupNorm(width, width) for width in widths[1:])
        self.hidden = nn.Linear(widths[-1] * 8, 48)
        self.out = nn.Linear(48, 1)

    def forward(self, x):
        for layer, norm in zip(self.down, self.norm):
            x = F.leaky_relu(norm(layer(x)), .1)
        return self.out(F.leaky_relu(self.hidden(x.flatten(1)), .1))[:, 0]


DRAW = {}   # each painting process keeps its heads


def begin(heads):
    torch.set_num_threads(1)
    DRAW['from'] = Generator(heads, SEED, PAINTED)


def painted(task):
    """Paints head number `number` and keeps it, coarse, as image and field of view."""
    number, path = task
    draw = DRAW['from']
    draw.turn_to(number)
    tissue, classes = draw.place(*draw.heads[int(draw.rng.choice(len(draw.heads), p=draw.share))])
    image, _, seen = draw.shoot(tissue, classes, draw.contrast())
    both = F.avg_pool3d(torch.stack([image, seen.float()]), PAINTED // KEPT)
    np.save(path, (both * 255).round().byte().numpy())


def pictures(heads, start, count, folder, workers):
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [(n, folder / f'{n}.npy') for n in range(start, start + count)]
    missing = [task for task in tasks if not task[1].exists()]
    if missing:
        with Pool(workers, begin, (heads,)) as pool:
            list(pool.imap_unordered(painted, missing))
    kept = [torch.from_numpy(np.load(path)) for _, path in tasks]
    return torch.stack([F.adaptive_avg_pool3d(both.float() / 255, SIZE) for both in kept])


def varied(both, draw):
    """What costs nothing to vary: side, place, brightness, noise."""
    image, seen = both
    if draw.random() < .5:
        image, seen = image.flip(0), seen.flip(0)
    shift = [int(s) for s in draw.integers(-2, 3, 3)]
    image, seen = (torch.roll(x, shift, (0, 1, 2)) for x in (image, seen))
    image = image ** float(np.exp(draw.normal(0, .25))) + torch.randn(image.shape) * float(draw.uniform(0, .05))
    return torch.stack([image.clamp(0, 1) * (seen > .5), (seen > .5).float()])


def right(net, many):
    """Share of heads whose true side scores best, and the mean probability of the true side."""
    net.eval()
    with torch.no_grad():
        p = torch.stack([net(all_turns(varied(both, np.random.default_rng(n)))).softmax(0) for n, both in enumerate(many)])
    net.train()
    return float((p.argmax(1) == 0).float().mean()), float(p[:, 0].mean())


def train(net, seen, held, given):
    draw = np.random.default_rng(SEED)
    optimiser = torch.optim.AdamW(net.parameters(), 1.5e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, given.rate, total_steps=given.steps)
    losses = []
    for step in range(given.steps):
        chosen = draw.integers(0, len(seen), given.batch)
        scores = net(torch.cat([all_turns(varied(seen[n], draw)) for n in chosen])).view(given.batch, len(TURNS))
        loss = F.cross_entropy(scores, torch.zeros(given.batch, dtype=torch.long))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1)
        optimiser.step()
        schedule.step()
        losses.append(float(loss))
        if (step + 1) % 100 == 0:
            print(step + 1, 'loss %.3f' % np.mean(losses[-100:]), 'held out: right %.3f, sure %.3f' % right(net, held), flush=True)
    return right(net, held)


def export(net, held, given):
    path = Path(given.out) / 'facing.onnx'
    image = torch.rand(len(TURNS), 2, SIZE, SIZE, SIZE)
    torch.onnx.export(net.eval(), image, str(path), opset_version=15, input_names=['turned'], output_names=['scores'])
    onnx.checker.check_model(onnx.load(str(path)))
    facts = {
        'name': 'cloakroom-facing', 'version': '0.1.0', 'sha256': hashlib.sha256(path.read_bytes()).hexdigest(),
        'size': SIZE, 'spacingMm': FIELD_MM / SIZE, 'normalisation': {'clipBelow': FLOOR, 'percentiles': [LOW * 100, HIGH * 100]},
        'turns': [{'axes': list(axes), 'flipped': flips} for axes, flips in TURNS],
        'training': {'beganWith': 'facing.onnx' if given.start else 'nothing', 'heads': given.heads, 'steps': given.steps, 'batch': given.batch, 'heldOut': list(HELD_OUT)},
        'figures': {'heldOutRight': round(held[0], 4), 'heldOutSure': round(held[1], 4), 'heldOutScans': given.held},
    }
    (Path(given.out) / 'facing.json').write_text(json.dumps(facts, indent=2) + '\n')


def main(given):
    torch.manual_seed(SEED)
    torch.set_num_threads(given.threads)
    heads = prepared(data_folder(given.data), Path(given.runs) / 'heads')
    folder = Path(given.runs) / 'facing'
    seen = pictures([heads[n] for n in heads if n not in HELD_OUT], 0, given.heads, folder / 'seen', given.workers)
    kept_out = [heads[n] for n in heads if n in HELD_OUT] or list(heads.values())
    held = pictures(kept_out, 10 ** 6, given.held, folder / 'held', given.workers)
    net = Facing()
    if given.start:
        net.load_state_dict(weights_of_onnx(given.start))
    export(net, train(net, seen, held, given), given)


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=HERE / 'runs')
    ask.add_argument('--out', default=HERE.parent)
    ask.add_argument('--heads', type=int, default=700, help='painted heads')
    ask.add_argument('--held', type=int, default=60, help='painted heads of the subjects that were kept out')
    ask.add_argument('--steps', type=int, default=1500)
    ask.add_argument('--from', dest='start', help='begin with exported weights instead of nothing')
    ask.add_argument('--rate', type=float, default=2e-3, help='the peak of the learning rate')
    ask.add_argument('--batch', type=int, default=2)
    ask.add_argument('--workers', type=int, default=2)
    ask.add_argument('--threads', type=int, default=1)
    main(ask.parse_args())

"""Train the face segmentation network on painted heads. Goes on from runs/NAME/last.pt when it is there.
    train.py --steps 3000 --size 80 [--from ../model.onnx] [--cool 800]
The rate stays at its peak and falls over the last `cool` steps, so that a run can be lengthened, or ended on another grid.
"""
import argparse
import copy
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, Dataset

from generate import Generator
from heads import HELD_OUT, data_folder, prepared
from network import Net, weights_of_onnx

WEIGHTS = torch.tensor([.6, .8, 2.5, 1.2])   # cross-entropy, by class
FACE, BRAIN = 2, 3
MISSED = .6   # of the face: a voxel that is left weighs more than one that is taken without need
VALIDATION = 8


class Painted(Dataset):
    """Sample n is the same in every process, so that a run can be resumed and needs no fixed number of workers."""

    def __init__(self, heads, seed, size, start, stop):
        self.draw, self.start, self.stop = Generator(heads, seed, size), start, stop

    def __len__(self):
        return self.stop - self.start

    def __getitem__(self, n):
        torch.set_num_threads(1)
        image, classes = self.draw.sample(self.start + n)
        return image[None], classes


def loss_of(logits, classes):
    entropy = F.cross_entropy(logits, classes, WEIGHTS.to(logits.device))
    p = logits.softmax(1)
    lost = []
    for k in (1, FACE, BRAIN):
        truth = (classes == k).float()
        both = (p[:, k] * truth).sum()
        missed = MISSED if k == FACE else .5
        errors = missed * (truth.sum() - both) + (1 - missed) * (p[:, k].sum() - both)
        lost.append(1 - (both + 50) / (both + errors + 50))
    return entropy + torch.stack(lost).mean() + .5 * lost[1]


def hard_dice(logits, classes):
    guess = logits.argmax(1)
    return [float(2 * ((guess == k) & (classes == k)).sum() / max(1, int((guess == k).sum() + (classes == k).sum()))) for k in (1, 2, 3)]


def rate(step, steps, cool, peak):
    warm = min(1, (step + 1) / 40)
    left = min(1, (steps - step) / cool) if cool else 1
    return peak * warm * max(.01, left)


def validate(net, held, device):
    net.eval()
    with torch.no_grad(), half(device):
        scores = [hard_dice(net(image[None].to(device)), classes[None].long().to(device)) for image, classes in held]
    return np.mean(scores, 0)


def half(device):
    """bfloat16 halves the time of a step, on a GPU and on a processor that has it."""
    return torch.autocast(device.type, dtype=torch.bfloat16)


def begin(given, run, device):
    """The network, its moving average (this is what is exported), the optimiser and what is known of the run so far."""
    net = Net()
    past = {'step': 0, 'stages': [], 'from': 'nothing'}
    if given.start:
        net.load_state_dict(weights_of_onnx(given.start))
        past['from'] = Path(given.start).name
    smooth = copy.deepcopy(net).to(device)
    net.to(device)
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-4)
    if (run / 'last.pt').exists():
        past = torch.load(run / 'last.pt', map_location=device)
        net.load_state_dict(past['net'])
        smooth.load_state_dict(past['smooth'])
        optimiser.load_state_dict(past['optimiser'])
    return net, smooth, optimiser, past


def learn(net, smooth, optimiser, batch, step, device):
    image, classes = (x.to(device) for x in batch)
    with half(device):
        logits = net(image)
    logits, classes = logits.float(), classes.long()
    loss = loss_of(logits, classes)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
    optimiser.step()
    keep = min(.995, (step + 1) / (step + 20))
    with torch.no_grad():
        for a, b in zip(smooth.parameters(), net.parameters()):
            a.lerp_(b, 1 - keep)
    return float(loss), hard_dice(logits.detach(), classes) if step % 4 == 0 else None


def save(run, net, smooth, optimiser, past, given, done):
    stage = {'size': given.size, 'batch': given.batch, 'seed': given.seed, 'peakRate': given.rate, 'cool': given.cool, 'from': past['step'], 'to': done}
    state = {'net': net.state_dict(), 'smooth': smooth.state_dict(), 'optimiser': optimiser.state_dict(), 'step': done,
             'stages': past['stages'] + [stage], 'from': past['from']}
    torch.save(state, run / 'part.pt')
    (run / 'part.pt').replace(run / 'last.pt')


def parse():
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=Path(__file__).parent / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--from', dest='start', help='weights of an exported model.onnx to begin with')
    ask.add_argument('--size', type=int, default=96, help='voxels per side of the grid of 256 mm')
    ask.add_argument('--batch', type=int, default=1)
    ask.add_argument('--steps', type=int, default=3000)
    ask.add_argument('--cool', type=int, default=0, help='the rate falls over so many steps at the end')
    ask.add_argument('--rate', type=float, default=2e-3)
    ask.add_argument('--seed', type=int, default=7)
    ask.add_argument('--threads', type=int, default=1)
    ask.add_argument('--workers', type=int, default=1, help='processes that paint')
    return ask.parse_args()


def main(given):
    device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    run = Path(given.runs) / given.name
    run.mkdir(parents=True, exist_ok=True)
    heads = prepared(data_folder(given.data), Path(given.runs) / 'heads')
    net, smooth, optimiser, past = begin(given, run, device)
    start = past['step']
    trained = [v for k, v in heads.items() if k not in HELD_OUT]
    painted = DataLoader(Painted(trained, given.seed, given.size, start * given.batch, given.steps * given.batch), given.batch,
                         num_workers=given.workers)
    test = Painted([v for k, v in heads.items() if k in HELD_OUT], 99, given.size, 0, VALIDATION)
    held = [test[n] for n in range(VALIDATION)]
    log = open(run / 'log.txt', 'a', buffering=1)
    losses, dices, began = [], [], time.time()
    for step, batch in enumerate(painted, start):
        for group in optimiser.param_groups:
            group['lr'] = rate(step, given.steps, given.cool, given.rate)
        net.train()
        loss, dice = learn(net, smooth, optimiser, batch, step, device)
        losses.append(loss)
        dices += [dice] if dice else []
        done = step + 1
        if done % 40 == 0:
            d = np.mean(dices, 0)
            print(f'{done} size {given.size} loss {np.mean(losses):.3f} dice head {d[0]:.3f} face {d[1]:.3f} brain {d[2]:.3f} '
                  f'{(time.time() - began) / len(losses):.2f} s/step', file=log)
            losses, dices, began = [], [], time.time()
        if done % 100 == 0 or done == given.steps:
            save(run, net, smooth, optimiser, past, given, done)
            v = validate(smooth, held, device)
            print(f'{done} size {given.size} held-out subjects: dice head {v[0]:.3f} face {v[1]:.3f} brain {v[2]:.3f}', file=log)


if __name__ == '__main__':
    main(parse())

"""Train the text segmentation network on generated text. Goes on from runs/NAME/last.pt when it is there.
    nice -n 15 train.py --steps 6000 [--from runs/OTHER/last.pt]
"""
import argparse
import copy
import time
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from backgrounds import heads_folder, sample_slices
from generate import Generator
from network import Net

MISSED = 1.2   # a cell of text that is missed weighs more than one too many
VALIDATION = 48


def batch_of(draw, start, count):
    pictures, truths = zip(*(draw.sample(n) for n in range(start, start + count)))
    return torch.from_numpy(np.stack(pictures)[:, None]).float() / 255, torch.from_numpy(np.stack(truths)[:, None])


def loss_of(logits, truth):
    entropy = F.binary_cross_entropy_with_logits(logits, truth, pos_weight=torch.tensor(MISSED))
    p = logits.sigmoid()
    return entropy + 1 - (2 * (p * truth).sum() + 20) / (p.sum() + truth.sum() + 20)


def rate(step, steps, peak):
    """Rises over 100 steps, then falls as a cosine."""
    return peak * min(1, (step + 1) / 100) * max(.01, .5 + .5 * np.cos(np.pi * step / steps))


def validate(net, draw):
    """Recall and precision of cells on pictures of another seed."""
    net.eval()
    pictures, truth = batch_of(draw, 0, VALIDATION)
    with torch.no_grad():
        guess = net(pictures) > 0
    both = float((guess & (truth > 0)).sum())
    return both / float(truth.sum()), both / max(1., float(guess.sum()))


def follow(smooth, net, step):
    """The moving average, which is what is exported."""
    keep = min(.995, (step + 1) / (step + 20))
    with torch.no_grad():
        for a, b in zip(smooth.state_dict().values(), net.state_dict().values()):
            a.copy_(b) if a.dtype == torch.long else a.lerp_(b, 1 - keep)


def main(given):
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    torch.manual_seed(given.seed)
    run = Path(given.runs) / given.name
    run.mkdir(parents=True, exist_ok=True)
    net = Net()
    past = {'step': 0, 'stages': []}
    if given.start:
        past['stages'] = torch.load(given.start)['stages']
        net.load_state_dict(torch.load(given.start)['smooth'])
    smooth = copy.deepcopy(net)
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-4)
    if (run / 'last.pt').exists():
        past = torch.load(run / 'last.pt')
        net.load_state_dict(past['net'])
        smooth.load_state_dict(past['smooth'])
        optimiser.load_state_dict(past['optimiser'])
        past['stages'].pop()
    slices = sample_slices(heads_folder(given.data))
    draw, held = Generator(slices, given.seed), Generator([], 99)
    log, losses, began = open(run / 'log.txt', 'a', buffering=1), [], time.time()
    for step in range(past['step'], given.steps):
        for group in optimiser.param_groups:
            group['lr'] = rate(step, given.steps, given.rate)
        net.train()
        pictures, truth = batch_of(draw, step * given.batch, given.batch)
        loss = loss_of(net(pictures), truth)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        follow(smooth, net, step)
        losses.append(float(loss))
        done = step + 1
        if done % 50 == 0:
            print(f'{done} loss {np.mean(losses):.3f} {(time.time() - began) / len(losses):.2f} s/step', file=log)
            losses, began = [], time.time()
        if done % 250 == 0 or done == given.steps:
            stage = {'steps': done, 'of': given.steps, 'batch': given.batch, 'seed': given.seed, 'peakRate': given.rate, 'sampleSlices': len(slices)}
            state = {'net': net.state_dict(), 'smooth': smooth.state_dict(), 'optimiser': optimiser.state_dict(), 'step': done,
                     'stages': past['stages'] + [stage]}
            torch.save(state, run / 'part.pt')
            (run / 'part.pt').replace(run / 'last.pt')
            recall, precision = validate(smooth, held)
            print(f'{done} generated backgrounds, another seed: recall {recall:.3f} precision {precision:.3f} of cells', file=log)


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--data', help='the folder of sample heads')
    ask.add_argument('--runs', default=Path(__file__).parent / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--from', dest='start', help='a checkpoint of another run to begin with')
    ask.add_argument('--steps', type=int, default=6000)
    ask.add_argument('--batch', type=int, default=8)
    ask.add_argument('--rate', type=float, default=4e-3)
    ask.add_argument('--seed', type=int, default=7)
    main(ask.parse_args())

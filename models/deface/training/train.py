"""Train the face segmentation network from nothing on painted heads. Resumes from runs/NAME/last.pt when it is there.
    train.py --steps 3000
"""
import argparse
import copy
import math
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from generate import Generator
from heads import HELD_OUT, data_folder, prepared
from network import Net

WEIGHTS = torch.tensor([.6, .8, 2., 1.])   # cross-entropy, by class


def loss_of(logits, classes):
    entropy = F.cross_entropy(logits, classes, WEIGHTS)
    p = logits.softmax(1)
    dice = []
    for k in (1, 2, 3):
        truth = (classes == k).float()
        dice.append((2 * (p[:, k] * truth).sum() + 100) / (p[:, k].sum() + truth.sum() + 100))
    lost = 1 - torch.stack(dice)
    return entropy + lost.mean() + .5 * lost[1]


def hard_dice(logits, classes):
    guess = logits.argmax(1)
    return [float(2 * ((guess == k) & (classes == k)).sum() / max(1, int((guess == k).sum() + (classes == k).sum()))) for k in (1, 2, 3)]


def rate(step, steps, peak):
    warm = min(1, (step + 1) / 40)
    return peak * warm * (.02 + .98 * .5 * (1 + math.cos(math.pi * min(1, step / steps))))


def validate(net, held):
    net.eval()
    with torch.no_grad():
        scores = np.array([hard_dice(net(image[None, None]), classes[None].long()) for image, classes in held])
    return scores.mean(0)


def parse():
    ask = argparse.ArgumentParser()
    ask.add_argument('--data')
    ask.add_argument('--runs', default=Path(__file__).parent / 'runs')
    ask.add_argument('--name', default='first')
    ask.add_argument('--steps', type=int, default=3000)
    ask.add_argument('--stop-at', type=int, help='stop here although the schedule goes on')
    ask.add_argument('--rate', type=float, default=3e-3)
    ask.add_argument('--seed', type=int, default=7)
    ask.add_argument('--threads', type=int, default=2)
    return ask.parse_args()


def main(given):
    torch.set_num_threads(given.threads)
    torch.manual_seed(given.seed)
    run = Path(given.runs) / given.name
    run.mkdir(parents=True, exist_ok=True)
    heads = prepared(data_folder(given.data), Path(given.runs) / 'heads')
    net = Net()
    smooth = copy.deepcopy(net)   # moving average of the weights: this is what is exported
    optimiser = torch.optim.AdamW(net.parameters(), lr=given.rate, weight_decay=1e-4)
    start = 0
    if (run / 'last.pt').exists():
        kept = torch.load(run / 'last.pt')
        net.load_state_dict(kept['net'])
        smooth.load_state_dict(kept['smooth'])
        optimiser.load_state_dict(kept['optimiser'])
        start = kept['step']
    draw = Generator([v for k, v in heads.items() if k not in HELD_OUT], given.seed * 100003 + start)
    test = Generator([v for k, v in heads.items() if k in HELD_OUT], 99)
    held = [test.sample() for _ in range(8)]
    log = open(run / 'log.txt', 'a', buffering=1)
    print(f'parameters {sum(p.numel() for p in net.parameters())}, from step {start}', file=log)
    losses, dices, began = [], [], time.time()
    for step in range(start, given.stop_at or given.steps):
        image, classes = draw.sample()
        for group in optimiser.param_groups:
            group['lr'] = rate(step, given.steps, given.rate)
        net.train()
        logits = net(image[None, None])
        target = classes[None].long()
        loss = loss_of(logits, target)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5)
        optimiser.step()
        keep = min(.99, (step + 1) / (step + 20))
        with torch.no_grad():
            for a, b in zip(smooth.parameters(), net.parameters()):
                a.lerp_(b, 1 - keep)
        losses.append(float(loss))
        done = step + 1
        if done % 4 == 0:
            dices.append(hard_dice(logits.detach(), target))
        if done % 20 == 0:
            d = np.mean(dices, 0)
            print(f'{done} loss {np.mean(losses):.3f} dice head {d[0]:.3f} face {d[1]:.3f} brain {d[2]:.3f} '
                  f'{(time.time() - began) / len(losses):.2f} s/step', file=log)
            losses, dices, began = [], [], time.time()
        if done % 100 == 0 or done == (given.stop_at or given.steps):
            state = {'net': net.state_dict(), 'smooth': smooth.state_dict(), 'optimiser': optimiser.state_dict(), 'step': done,
                     'seed': given.seed, 'rate': given.rate, 'steps': given.steps}
            torch.save(state, run / 'part.pt')
            (run / 'part.pt').replace(run / 'last.pt')
            v = validate(smooth, held)
            print(f'{done} held-out subjects: dice head {v[0]:.3f} face {v[1]:.3f} brain {v[2]:.3f}', file=log)
            began = time.time()


if __name__ == '__main__':
    main(parse())

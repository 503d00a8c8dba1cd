"""Pictures with text on them and where it stands. `generate.py --out FOLDER [--count 24]` writes some to look at."""
import argparse
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from backgrounds import Backgrounds, heads_folder, marks, sample_slices

SIDE = 192     # of a picture, in pixels
CELL = 4       # pixels of a cell of the answer
FACES = ('dejavu/DejaVuSans', 'dejavu/DejaVuSerif', 'liberation/Liberation', 'noto/NotoMono', 'NimbusSans', 'NimbusMono', 'NimbusRoman', 'C059', 'URWGothic',
         'URWBookman', 'P052')
SYLLABLES = ('an be ca del er fa gu hal is jo kow lu mar no ol pe qui ra sch ta ul vi wa xu ya zie ber czyk dorf ers feld gard heim ing ová sen son ström '
             'ton vič wood ñez øre ünd éla').split()
WORDS = ('Depth Gain MHz cm mm LONG AP PA LEFT RIGHT Supine kV mAs TR TE Thk FOV Zoom Frame Image Series Hospital Clinic Institute Patient Name ID DOB Acc '
         'Study Date Time Sex Age Dr MI TIS TIB FR Power Dynamic Range Head Abdomen Spine Knee W L SE IM T1 T2 Axial Sagittal Coronal').split()


def fonts(root='/usr/share/fonts'):
    """Files of fonts with letters; hangs on what is installed."""
    found = sorted(p for p in Path(root).rglob('*') if p.suffix in ('.ttf', '.otf') and any(face in str(p) for face in FACES))
    if not found:
        raise SystemExit(f'No fonts below {root}: install fonts-dejavu and fonts-liberation.')
    return found


def some_text(random):
    """Names, dates, numbers, words of screens, single letters."""
    pick = lambda of: of[random.integers(len(of))]
    digits = lambda n: ''.join(str(d) for d in random.integers(0, 10, n))
    name = lambda: ''.join(pick(SYLLABLES) for _ in range(random.integers(2, 4))).capitalize()
    kind = random.random()
    if kind < .25:
        text = pick(['{}, {}', '{}^{}', '{} {}', 'Dr. {} {}']).format(name(), name())
    elif kind < .4:
        text = pick(['{}/{}/19{}', '{}.{}.20{}', '20{}-{}-{}', '{}:{}:{}']).format(digits(2), digits(2), digits(2))
    elif kind < .55:
        text = pick(['ID: {}', 'MRN{}', '{}', 'Acc {}', 'A{}', '{} Y', 'No. {}']).format(digits(random.integers(2, 9)))
    elif kind < .75:
        text = f'{pick(WORDS)} {digits(random.integers(1, 4))}{pick(["", ".5", " mm", " cm", " %", " Hz", "/12"])}'
    elif kind < .83:
        text = pick(list('LRAPSIHF') + ['LT', 'RT'])
    else:
        text = ' '.join(pick(WORDS) for _ in range(random.integers(1, 4)))
    return text.upper() if random.random() < .35 else text


class Generator:
    """Picture n of a seed is the same wherever it is drawn: (uint8 picture [SIDE, SIDE], truth [SIDE / CELL, SIDE / CELL] of 0 and 1)."""

    def __init__(self, slices, seed):
        self.backgrounds, self.fonts, self.seed, self.open = Backgrounds(slices, SIDE), fonts(), seed, {}

    def sample(self, n):
        random = np.random.default_rng((self.seed, n))
        picture = self.backgrounds.draw(random)
        for _ in range(random.choice([0, 0, 1, 3])):
            marks(random, picture)
        boxes = []
        for _ in range(0 if random.random() < .45 else random.integers(1, 5)):
            box = self.write(random, picture, boxes)
            if box is not None:
                boxes.append(box)
        picture = np.clip(picture, 0, 255).round().astype(np.uint8)
        if random.random() < .15:
            picture = cv2.imdecode(cv2.imencode('.jpg', picture, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(55, 96))])[1], 0)
        return picture, truth_of(boxes)

    def inked(self, random):
        """The coverage of a text's pixels, cropped to its ink."""
        size = int(round(float(np.exp(random.uniform(np.log(9), np.log(26) if random.random() < .75 else np.log(54))))))
        if random.random() < .12:
            return self.stroked(random, size)
        key = (random.integers(len(self.fonts)), size)
        if key not in self.open:
            self.open[key] = ImageFont.truetype(str(self.fonts[key[0]]), size)
        text = some_text(random)
        wide, tall = int(self.open[key].getlength(text)) + 8, 2 * size
        image = Image.new('L', (wide, tall))
        draw = ImageDraw.Draw(image)
        draw.fontmode = '1' if random.random() < .25 else 'L'
        draw.text((4, size // 3), text, 255, self.open[key])
        return cropped(np.asarray(image, np.float32) / 255)

    def stroked(self, random, size):
        """Letters of strokes, as equipment draws them."""
        face, scale = int(random.choice([cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_PLAIN, cv2.FONT_HERSHEY_DUPLEX])), max(.35, size / 30)
        text = some_text(random).encode('ascii', 'ignore').decode() or 'L'
        (wide, tall), base = cv2.getTextSize(text, face, scale, 1)
        image = np.zeros((tall + base + 8, wide + 8), np.uint8)
        cv2.putText(image, text, (4, tall + 4), face, scale, 255, 1 + int(size > 20), cv2.LINE_AA if random.random() < .7 else cv2.LINE_8)
        return cropped(image.astype(np.float32) / 255)

    def write(self, random, picture, others):
        """Writes a text into the picture, perhaps cut by its edge; the box of its ink, or None where there is no room."""
        ink = self.inked(random)
        if ink is None:
            return None
        tall, wide = ink.shape
        if tall > SIDE - 4:
            return None
        x, y = int(random.integers(min(2, SIDE - wide - 2), max(3, SIDE - wide - 1))), int(random.integers(1, SIDE - tall - 1))
        box = (max(0, x), y, min(SIDE, x + wide), y + tall)
        if any(box[0] < b[2] + 6 and b[0] < box[2] + 6 and box[1] < b[3] + 3 and b[1] < box[3] + 3 for b in others):
            return None
        ink = ink[:, box[0] - x:box[2] - x]
        under = picture[box[1]:box[3], box[0]:box[2]]
        if random.random() < .08:
            plate = picture[max(0, box[1] - 3):box[3] + 3, max(0, box[0] - 3):box[2] + 3]
            plate[:] = 0 if random.random() < .7 else 255
        shade = shade_for(random, float(under.mean()), float(np.percentile(under, 90)), float(np.percentile(under, 10)))
        if shade is None:
            return None
        if random.random() < .08:
            ink = cv2.GaussianBlur(ink, (0, 0), .6)
        under += (shade - under) * ink * (1 if random.random() < .9 else random.uniform(.7, 1))
        return box


def cropped(ink):
    ys, xs = np.nonzero(ink > .15)
    return None if len(ys) == 0 else ink[ys.min():ys.max() + 1, xs.min():xs.max() + 1]


def shade_for(random, mean, bright, dark):
    """Of a text over greys like these: brighter or, more rarely, darker than nearly all of them; None where neither can be seen."""
    light = [s for s in (255, 255, 235, 226, 200, 170, 140) if s - mean >= 45 and s - bright > 5]
    deep = [s for s in (0, 0, 20, 50, 90) if mean - s >= 45 and dark - s > 5]
    options = deep if deep and (not light or random.random() < .3) else light
    return float(random.choice(options)) if options else None


def truth_of(boxes):
    """A cell is text when its centre lies in a text's box; a line is never thinner than a cell."""
    truth = np.zeros((SIDE // CELL, SIDE // CELL), np.float32)
    for left, top, right, bottom in boxes:
        rows, columns = cells(top, bottom), cells(left, right)
        truth[rows[0]:rows[1], columns[0]:columns[1]] = 1
    return truth


def cells(start, stop):
    first, last = int(np.floor(start / CELL + .5)), int(np.floor(stop / CELL + .5))
    return (first, last) if last > first else (int((start + stop) / 2 / CELL), int((start + stop) / 2 / CELL) + 1)


def main(given):
    out = Path(given.out)
    out.mkdir(parents=True, exist_ok=True)
    draw = Generator(sample_slices(heads_folder(given.data)), given.seed)
    for n in range(given.count):
        picture, truth = draw.sample(n)
        cv2.imwrite(str(out / f'{n:04d}.png'), np.hstack([picture, cv2.resize(truth, picture.shape[::-1], interpolation=cv2.INTER_NEAREST).astype(np.uint8) * 255]))


if __name__ == '__main__':
    ask = argparse.ArgumentParser()
    ask.add_argument('--out', required=True, help='a folder outside of the project: pictures may show samples')
    ask.add_argument('--count', type=int, default=24)
    ask.add_argument('--seed', type=int, default=7)
    ask.add_argument('--data')
    main(ask.parse_args())

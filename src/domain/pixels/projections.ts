// Frames of one size laid over each other: the brightest, the darkest and the mean value of every pixel.
import type { GreyImage } from './greyImage';

/** Gathers frames one by one, so that none has to be kept. */
export class Projections {
  readonly #width: number;
  readonly #height: number;
  readonly #brightest: Uint8Array;
  readonly #darkest: Uint8Array;
  readonly #sum: Float64Array;
  /** Frames that were added. */
  count = 0;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#height = height;
    this.#brightest = new Uint8Array(width * height);
    this.#darkest = new Uint8Array(width * height).fill(255);
    this.#sum = new Float64Array(width * height);
  }

  add({ data }: GreyImage): void {
    this.count += 1;
    for (let i = 0; i < data.length; i++) {
      const value = data[i]!;
      if (value > this.#brightest[i]!) this.#brightest[i] = value;
      if (value < this.#darkest[i]!) this.#darkest[i] = value;
      this.#sum[i]! += value;
    }
  }

  brightest(): GreyImage {
    return this.#image(this.#brightest);
  }

  darkest(): GreyImage {
    return this.#image(this.#darkest);
  }

  mean(): GreyImage {
    return this.#image(Uint8Array.from(this.#sum, (sum) => Math.round(sum / this.count)));
  }

  #image(data: Uint8Array): GreyImage {
    return { width: this.#width, height: this.#height, data };
  }
}

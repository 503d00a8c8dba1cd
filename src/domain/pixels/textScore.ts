// How much a row of glyphs is like text: a network of one small hidden layer over the row's features, fitted to generated text
// by test/bench/fitTextScore.ts.
import weights from './data/textScore.json';

/** The logarithm of the odds that a row with these features is text. */
export function textScore(features: readonly number[]): number {
  const { mean, deviation, hidden, hiddenBias, output, outputBias } = weights;
  let score = outputBias;
  for (const [unit, row] of hidden.entries()) {
    let sum = hiddenBias[unit]!;
    for (const [i, weight] of row.entries()) sum += (weight * (features[i]! - mean[i]!)) / deviation[i]!;
    score += output[unit]! * Math.tanh(sum);
  }
  return score;
}

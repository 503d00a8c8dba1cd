// How well the product finds text with the network that lies here, on pictures that it was not trained on: the figures of
// `npm run bench`. node --import tsx models/text/training/evaluate.ts [--write]: into manifest.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchText } from '../../../test/bench/benchText';

const figures = await benchText();
console.log(JSON.stringify(figures, null, 2));
if (process.argv.includes('--write')) {
  const file = join(import.meta.dirname, '../manifest.json');
  writeFileSync(file, `${JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), figures }, null, 2)}\n`);
}

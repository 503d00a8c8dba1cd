// Thread entry of engines/deface.ts.
import type { DefaceInput, DefaceResult } from './deface';
import { defaceInThread } from './defaceVolume';
import { mendInThread } from './mendVolume';
import { answerWith } from './threadMain';

void answerWith<DefaceInput, DefaceResult>((input) =>
  input.drawn === undefined ? defaceInThread(input) : mendInThread({ ...input, drawn: input.drawn }),
);

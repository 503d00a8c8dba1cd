// Thread entry of engines/deface.ts.
import type { DefaceInput, DefaceResult } from './deface';
import { defaceInThread } from './defaceVolume';
import { answerWith } from './threadMain';

void answerWith<DefaceInput, DefaceResult>(defaceInThread);

// Thread entry of engines/convert.ts: runs dcm2niix over one series and writes its volumes, cut to the allow-lists.
import type { Conversion, ConvertInput } from './convert';
import { convertFolder } from './convertFolder';
import { answerWith } from './threadMain';

void answerWith<ConvertInput, Conversion>(convertFolder);

import { presets } from '@/domain/deid/presets';
import { cleanStudy } from './score';
import { plantedStudy } from './study';
for (let s=100;s<160;s++) { const st=plantedStudy(s,6); for (const c of cleanStudy(st,presets.research.profile)) if (!c.output) console.log(s,c.source.kind,st.subject.charsets,c.source.secrets.filter(x=>x.path[0]===0x00180030)); }

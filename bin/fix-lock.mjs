// Add package-lock entries for platform-optional packages the local registry did not serve
// (without them `npm ci` stops with "Missing: <pkg>@ from lock file"). Run after every `npm install`.
import fs from 'node:fs';

const L = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const P = L.packages;
let n = 0;
const guess = (name) => {
  const s = name.split('/').pop();
  const e = {};
  const os =
    /(darwin|win32|linux|freebsd|android|openbsd|netbsd|sunos|aix|openharmony)/.exec(s)?.[1] ??
    (/windows/.test(s) ? 'win32' : null);
  const cpu = /(arm64|x64|ia32|arm|ppc64|s390x|riscv64|loong64|mips64el|wasm32)/.exec(s)?.[1];
  if (os) e.os = [os];
  if (cpu) e.cpu = [cpu];
  return e;
};
for (const [path, p] of Object.entries(P))
  for (const [name, v] of Object.entries(p.optionalDependencies ?? {})) {
    let dir = path,
      found = false;
    for (;;) {
      const k = `${dir ? `${dir}/` : ''}node_modules/${name}`;
      if (P[k]) {
        found = true;
        break;
      }
      if (!dir) break;
      const i = dir.lastIndexOf('/node_modules/');
      dir = i < 0 ? '' : dir.slice(0, i);
    }
    if (!found) {
      P[`node_modules/${name}`] = { version: v.replace(/^[^0-9]*/, ''), ...guess(name), optional: true };
      n++;
    }
  }
L.packages = Object.fromEntries(Object.entries(P).sort(([a], [b]) => (a < b ? -1 : 1)));
fs.writeFileSync('package-lock.json', `${JSON.stringify(L, null, 2)}\n`);
console.log('added', n);

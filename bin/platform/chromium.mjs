// Finds a Chromium for the browser tests, and installs Debian's where that is possible.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

const found = () => [process.env.CHROMIUM, ...PLACES].find((place) => place && fs.existsSync(place));

/** Path of a Chromium, or null when there is none and none can be installed. */
export function findChromium(say) {
  const here = found();
  if (here || process.getuid?.() !== 0 || !fs.existsSync('/usr/bin/apt-get')) return here ?? null;
  say('Installing Chromium');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    spawnSync('apt-get', args, { env, stdio: 'ignore' });
  }
  return found() ?? null;
}

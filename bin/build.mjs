// Builds all that `npm start` would, without starting it: for images and for those who run the programs by themselves.
import { buildPages, bundleAll, generateClient, install } from './platform/prepare.mjs';

const say = (text) => console.log(text);
for (const step of [install, generateClient, bundleAll, buildPages]) await step(say);

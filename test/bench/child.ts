// Runs one CLI command and prints how long it took and the most memory it held; the start of the process is not counted.
import { main } from '@/cli/main';

const start = performance.now();
const status = await main(process.argv.slice(2));
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ status, seconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));

import { spawnSync } from 'node:child_process';
import type { AvalTarget } from './aval.ts';
import { drive } from './drive.ts';
import { shapes } from './payload.ts';

/** A server that kept what it is sent would grow with it: this much more at the end than after the first fifth is not noise. */
const allowedGrowth = 1.25;

/** Sends so many points and prints the server's resident memory on the way; throws when it grows. */
export async function watchMemory(aval: AvalTarget, points: number, clients: number): Promise<void> {
  const [shape] = shapes;
  const senders = await Promise.all(Array.from({ length: clients }, () => aval.sender(shape!)));
  console.log(`\nMemory of Aval's server over ${points.toLocaleString('en')} points, ${shape!.name}:\n`);
  const sizes: number[] = [];
  const started = performance.now();
  for (let sent = 0, shown = 0; sent < points;) {
    sent += ((await drive(senders, 1_000)) + clients) * shape!.points;
    sizes.push(residentMegabytes(aval.pid));
    if (sent / points < shown) continue;
    shown += 0.1;
    console.log(`  ${sent.toLocaleString('en').padStart(14)} points   ${sizes.at(-1)!.toFixed(0).padStart(5)} MB`);
  }
  const seconds = (performance.now() - started) / 1000;
  const settled = Math.max(...sizes.slice(0, Math.ceil(sizes.length / 5)));
  const highest = Math.max(...sizes);
  console.log(
    `\n  ${seconds.toFixed(0)} s; ${settled.toFixed(0)} MB at most in the first fifth, ${highest.toFixed(0)} MB in all`,
  );
  if (highest > settled * allowedGrowth) throw new Error('The server grew with what it was sent.');
  console.log(`  flat: at no time more than ${allowedGrowth} times the memory of the first fifth`);
}

function residentMegabytes(pid: number): number {
  const { stdout } = spawnSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' });
  return Number(stdout) / 1024;
}

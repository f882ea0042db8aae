import { median } from '../measure.ts';
import { prepareQuestion, type Asker } from './question.ts';

// alone.ts ASKER: prints the median milliseconds in which a process answers that does nothing else.
const [warmUp, rounds] = [200, 500];
const { [process.argv[2] as Asker]: ask } = await prepareQuestion();
const times: number[] = [];
for (let round = -warmUp; round < rounds; round++) {
  const started = performance.now();
  await ask();
  if (round >= 0) times.push(performance.now() - started);
}
console.log(median(times));

import { medians } from '../measure.ts';
import { prepareQuestion, type Asker } from './question.ts';

// alone.ts ASKER: prints the median milliseconds in which a process answers that does nothing else.
const { [process.argv[2] as Asker]: ask } = prepareQuestion();
const [ms] = await medians([ask], { warmUp: 200, rounds: 300 });
console.log(ms);

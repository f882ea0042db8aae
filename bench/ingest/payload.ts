/** What one request logs: `keys` metrics at `steps` steps each. */
export interface Shape {
  readonly name: string;
  readonly keys: number;
  readonly steps: number;
  readonly points: number;
}

const shape = (keys: number, steps: number): Shape => ({
  name: `${keys} key${keys > 1 ? 's' : ''} x ${steps} step${steps > 1 ? 's' : ''}`,
  keys,
  steps,
  points: keys * steps,
});

/** A long curve sent in large pieces, and wide logging as training loops do it, at both sizes. */
export const shapes: readonly Shape[] = [shape(1, 1_000), shape(100, 10), shape(1, 100), shape(100, 1)];

/** Steps and times have a fixed width, so that the next request differs from the last in digits only. */
const firstStep = 10_000_000;
const firstTime = 1_700_000_000_000;

/** Values as a loss has them: 16 significant digits. */
function valueAt(i: number): string {
  const mixed = Math.imul(i ^ (i >>> 15), 2_246_822_519) >>> 0;
  return (0.1 + (0.8 * mixed) / 2 ** 32).toString();
}

/**
 * A text with a place for each point's step and time. `next` writes the following steps into it and gives the same bytes again: making
 * the requests costs next to nothing beside serving them.
 */
function template(
  shape: Shape,
  text: (point: { key: number; value: string; step: string; at: string }) => string,
  frame: { open: string; between: string; close: string },
) {
  const [stepMark, atMark] = ['@'.repeat(8), '#'.repeat(13)];
  const points = Array.from({ length: shape.points }, (_, i) =>
    text({ key: Math.floor(i / shape.steps), value: valueAt(i), step: stepMark, at: atMark }),
  );
  const bytes = Buffer.from(frame.open + points.join(frame.between) + frame.close);
  const steps: number[] = [];
  const times: number[] = [];
  for (let at = bytes.indexOf(stepMark); at >= 0; at = bytes.indexOf(stepMark, at + 8)) steps.push(at);
  for (let at = bytes.indexOf(atMark); at >= 0; at = bytes.indexOf(atMark, at + 13)) times.push(at);
  let sent = 0;
  return function next(): Buffer {
    for (let i = 0; i < shape.points; i++) {
      const step = sent * shape.steps + (i % shape.steps);
      bytes.write(String(firstStep + step), steps[i]!, 'latin1');
      bytes.write(String(firstTime + step * 1000), times[i]!, 'latin1');
    }
    sent++;
    return bytes;
  };
}

/** Bodies of runs/log-batch for one run. */
export const logBatches = (shape: Shape, runId: string): (() => Buffer) =>
  template(
    shape,
    ({ key, value, step, at }) => `{"key":"metric-${key}","value":${value},"timestamp":${at},"step":${step}}`,
    { open: `{"run_id":"${runId}","metrics":[`, between: ',', close: ']}' },
  );

/** The same points as lines of COPY. */
export const copyLines = (shape: Shape, runId: string): (() => Buffer) =>
  template(shape, ({ key, value, step, at }) => `${runId}\t${key}\t${step}\t${at}\t${value}`, {
    open: '',
    between: '\n',
    close: '\n',
  });

import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeBody, encodeBody } from './body.ts';
import { differences } from './compare.ts';
import { formatRecording, parseRecording, type Entry } from './entry.ts';
import type { Outcome } from './outcome.ts';
import { readRecording } from './replay.ts';
import { LeakError, scrub } from './scrub.ts';

function put(body: Entry['request']['body']): Entry {
  return { request: { method: 'PUT', path: '/artifact', body }, response: { status: 200 } };
}

describe('a body', () => {
  test.each([
    ['nothing', Buffer.alloc(0), undefined, {}],
    ['JSON', Buffer.from('{"a": 1}'), 'application/json', { json: { a: 1 } }],
    ['short text', Buffer.from('run_id: 1\n'), 'text/plain', { text: 'run_id: 1\n' }],
  ])('of %s stays readable', (_, bytes, type, expected) => {
    expect(encodeBody(bytes, type)).toEqual(expected);
  });

  test('of bytes comes back as it was', () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    expect(decodeBody(encodeBody(bytes, 'image/png'))).toEqual(bytes);
  });

  test('that a client compressed is kept as what it says', () => {
    expect(encodeBody(gzipSync('{"a": 1}'), 'application/json', 'gzip')).toEqual({ json: { a: 1 } });
  });
});

describe('scrub', () => {
  test('drops tags about the machine and makes paths relative', () => {
    const tags = [
      { key: 'mlflow.source.git.commit', value: 'c0ffee' },
      { key: 'mlflow.source.name', value: '/srv/project/main.py' },
    ];
    const clean = scrub(put({ json: { tags } }), '/srv/project');
    expect(clean.request.body).toEqual({ json: { tags: [{ key: 'mlflow.source.name', value: 'main.py' }] } });
  });

  test.each([
    ['in the open', { text: 'saved to /tmp/abc/model' }],
    ['inside a compressed body', { gzip: gzipSync('<a href="/home/ana/x">').toString('base64') }],
  ])('refuses a path of the machine %s', (_, body) => {
    expect(() => scrub(put(body), '/srv/project')).toThrow(LeakError);
  });
});

describe('the committed recordings', () => {
  test.each(['credit-scoring', 'diabetes-progression'])('%s is readable, clean and small', async (name) => {
    const recording = await readRecording(new URL(`./${name}.jsonl`, import.meta.url));
    expect(recording.header).toMatchObject({ recording: name, format: 1 });
    const text = formatRecording(recording);
    expect(parseRecording(text)).toEqual(recording);
    expect(text.length).toBeLessThan(1_500_000);
    for (const entry of recording.entries) expect(scrub(entry, '/srv/project')).toEqual(entry);
  });
});

describe('differences', () => {
  const outcome = (auc: number, champion: string): Outcome => ({
    experiments: { credit: {} },
    runs: {
      'credit/forest': { status: 'FINISHED', params: {}, metrics: { auc }, tags: {}, inputs: {}, outputs: ['model'] },
    },
    models: {},
    registeredModels: { scoring: { description: '', tags: {}, aliases: { champion }, versions: {} } },
  });

  test('overlooks the last digits of numbers', () => {
    expect(differences(outcome(0.8, '1'), outcome(0.8 + 1e-9, '1'))).toEqual([]);
  });

  test('names each place, in words', () => {
    expect(differences(outcome(0.8, '1'), outcome(0.7, '2'))).toEqual([
      'runs > credit/forest > metrics > auc: 0.8 | 0.7',
      'registeredModels > scoring > aliases > champion: "1" | "2"',
    ]);
  });
});

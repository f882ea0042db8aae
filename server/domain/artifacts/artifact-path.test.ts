import { describe, expect, test } from 'vitest';
import { placeIn, placeInProxy } from './artifact-path.ts';

const hex = '0123456789abcdef0123456789abcdef';
const id = '01234567-89ab-cdef-0123-456789abcdef';

describe('the path of an artifact', () => {
  test.each([
    [`1/${hex}/artifacts/plot.png`, 'Run', 1n, 'plot.png'],
    [`1/${hex}/artifacts/`, 'Run', 1n, ''],
    [`1/${hex}/artifacts`, 'Run', 1n, ''],
    [`12/${hex}/artifacts/a/50%.png`, 'Run', 12n, 'a/50%.png'],
    [`0/models/m-${hex}/artifacts/MLmodel`, 'LoggedModel', 0n, 'MLmodel'],
    [`0/${hex}/artifacts/folder/`, 'Run', 0n, 'folder'],
  ])('%s names its run or model', (path, kind, experiment, inside) => {
    expect(placeInProxy(path.split('/'))).toEqual({ owner: { kind, id }, experiment, path: inside });
  });

  test.each(['', '..', '1', `1/${hex}`, `1/${hex}/other/x`, `x/${hex}/artifacts/x`, `1/models/${hex}/artifacts/x`, `/1/${hex}/artifacts/x`])(
    'belongs to a run or model, or is refused: %s',
    (path) => expect(() => placeInProxy(path.split('/'))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' })),
  ); // prettier-ignore

  test.each([
    '../../../etc/passwd',
    './x',
    '/x',
    '/etc/passwd',
    'a//b',
    'a\\..\\b',
    'a\0',
    'a\nb',
    'a\u007f',
    '\ud800',
    '%2e%2e/x',
    '%252e%252e/x',
    '..%2f..%2fx',
    '..%252f..%252fx',
    '%2525252525252e',
    'a%00b',
    'a%5c..%5cb',
    'x'.repeat(1_001),
    `${'ü'.repeat(255)}/${'ü'.repeat(250)}`,
  ])('that leaves its place, however often it was encoded, is refused: %j', (path) => {
    const refusal = expect.objectContaining({ code: 'BAD_INPUT', field: 'path' }) as Error;
    expect(() => placeIn({ kind: 'Run', id }, path)).toThrow(refusal);
    expect(() => placeInProxy([...`1/${hex}/artifacts`.split('/'), ...path.split('/')])).toThrow(refusal);
  });
});

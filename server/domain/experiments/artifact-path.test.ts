import { describe, expect, test } from 'vitest';
import { parseArtifactPath } from './artifact-path.ts';

const hex = '0123456789abcdef0123456789abcdef';
const uuid = '01234567-89ab-cdef-0123-456789abcdef';

describe('the path of an artifact', () => {
  test.each([
    [`1/${hex}/artifacts/plot.png`, { kind: 'Run', id: uuid }],
    [`1/${hex}/artifacts/`, { kind: 'Run', id: uuid }],
    [`12/${hex}/artifacts/a/50%.png`, { kind: 'Run', id: uuid }],
    [`0/models/m-${hex}/artifacts/MLmodel`, { kind: 'LoggedModel', id: uuid }],
  ])('%s names its run or model', (path, owner) => {
    expect(parseArtifactPath(path.split('/')).owner).toEqual(owner);
  });

  test.each([
    '',
    '..',
    '1',
    `1/${hex}`,
    `1/${hex}/other/x`,
    `x/${hex}/artifacts/x`,
    `1/models/${hex}/artifacts/x`,
    `1/${hex}/artifacts/../../../etc/passwd`,
    `1/${hex}/artifacts/./x`,
    `1/${hex}/artifacts//x`,
    `/1/${hex}/artifacts/x`,
    `1/${hex}/artifacts/a\\..\\b`,
    `1/${hex}/artifacts/a\0`,
    `1/${hex}/artifacts/%2e%2e/x`,
    `1/${hex}/artifacts/%252e%252e/x`,
    `1/${hex}/artifacts/..%2f..%2fx`,
    `1/${hex}/artifacts/..%252f..%252fx`,
    `1/${hex}/artifacts/%2525252525252e`,
    `1/${hex}/artifacts/${'x'.repeat(256)}`,
    `1/${hex}/artifacts/${'x/'.repeat(80)}`,
  ])('is refused: %s', (path) => {
    expect(() => parseArtifactPath(path.split('/'))).toThrow(expect.objectContaining({ code: 'BAD_INPUT' }));
  });
});

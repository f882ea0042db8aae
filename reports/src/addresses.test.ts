import { describe, expect, it } from 'vitest';
import { addressBook, relativeLink, slugOf, versionRows } from './addresses.ts';

describe('relativeLink', () => {
  it('names the file, for a folder on disk has no default document', () => {
    expect(relativeLink('', 'models/')).toBe('models/index.html');
    expect(relativeLink('models/credit/1/', '')).toBe('../../../index.html');
    expect(relativeLink('models/credit/1/', 'datasets/raw/')).toBe('../../../datasets/raw/index.html');
    expect(relativeLink('models/credit/1/', 'evidence/x.json')).toBe('../../../evidence/x.json');
  });

  it('stays on its page for an anchor of its own', () => {
    expect(relativeLink('log/', 'log/#entry-3')).toBe('#entry-3');
    expect(relativeLink('log/', 'redactions/#rule-a')).toBe('../redactions/index.html#rule-a');
  });
});

describe('slugs', () => {
  it('make any name a folder', () => {
    expect(slugOf('Features / Größe v2.0')).toBe('features-gro-e-v2-0');
    expect(slugOf('../../etc/passwd')).toBe('etc-passwd');
    expect(slugOf('模型')).toMatch(/^x-[0-9a-f]{8}$/);
    expect(slugOf('a'.repeat(500))).toHaveLength(80);
  });

  it('are told apart where two names would share one', () => {
    const book = addressBook(
      [],
      [
        { id: 'a', name: 'Raw', namespace: 's3' },
        { id: 'b', name: 'raw', namespace: 's3' },
        { id: 'c', name: 'other', namespace: 's3' },
      ],
    );
    const paths = book.datasets.map((one) => one.path);
    expect(new Set(paths).size).toBe(3);
    expect(book.of('c')).toBe('datasets/other/');
  });
});

it('a version whose name is hidden has no page', () => {
  expect(versionRows([{ id: 'v', version: 1, model: { id: 'm', name: null } }])).toEqual([]);
  expect(versionRows([{ id: 'v', version: 1, model: { id: 'm', name: 'm' } }])).toHaveLength(1);
});

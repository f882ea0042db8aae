import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildReport, type ReportResult } from './build.ts';
import { checkLinks } from './finish.ts';
import { fixtureServer } from './testing/server.ts';

const now = () => new Date('2026-11-22T12:00:00.000Z');
const server = fixtureServer();
let folder: string;

const build = (role: string, name: string): Promise<ReportResult> =>
  buildReport({ url: 'http://fixture/graphql', role, outDir: join(folder, name), now, fetch: server.fetch });

/** A page without its style sheet, whose every change would otherwise change every golden file. */
async function bodyOf(site: string, page: string): Promise<string> {
  const html = await readFile(join(folder, site, page), 'utf8');
  return html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/sha256-[^']+/, 'sha256-…')
    .replaceAll(/(<\/(?:p|li|h\d|tr|dd|figure|details|section|header)>)/g, '$1\n');
}

async function allText(site: string): Promise<string> {
  const entries = await readdir(join(folder, site), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return (await Promise.all(files.map(async (file) => `${file}\n${await readFile(file, 'utf8')}`))).join('\n');
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'aval-site-'));
  await build('compliance_reviewer', 'reviewer');
  await build('business_viewer', 'business');
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the site of a reviewer', () => {
  it.each([
    ['index.html', 'front-page.html'],
    ['models/credit-scoring/1/index.html', 'dossier.html'],
    ['datasets/features-german-credit/index.html', 'datasheet.html'],
  ])('%s is as it was', async (page, golden) => {
    await expect(await bodyOf('reviewer', page)).toMatchFileSnapshot(`testing/golden/${golden}`);
  });

  it('is the same, byte for byte, when built again', async () => {
    const sums = () => readFile(join(folder, 'reviewer', 'SHA256SUMS'), 'utf8');
    const before = await sums();
    await build('compliance_reviewer', 'reviewer');
    expect(await sums()).toBe(before);
  });

  it('allows nothing but its own style sheet', async () => {
    const html = await readFile(join(folder, 'reviewer', 'index.html'), 'utf8');
    expect(html).toMatch(
      /content="default-src 'none'; script-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'"/,
    );
    expect(html).not.toContain('<script');
  });
});

describe('the site of a business viewer', () => {
  it('says redacted, with the rule', async () => {
    const html = await readFile(join(folder, 'business', 'index.html'), 'utf8');
    expect(html).toContain('redacted');
    expect(html).toContain('business-viewer-kpis-and-names-only');
  });

  it('holds no hidden value in any file or file name', async () => {
    const text = await allText('business');
    const canaries = [
      'personal_status_and_sex',
      'german_credit',
      'german-credit',
      'Annex III, 5(b)',
      'Care planning',
      'special-category:health',
    ];
    for (const canary of canaries) expect(text).not.toContain(canary);
    expect(await allText('reviewer')).toContain('personal_status_and_sex');
  });
});

describe('what it will not do', () => {
  it('leaves a folder alone that holds something else', async () => {
    await mkdir(join(folder, 'mine'));
    await writeFile(join(folder, 'mine', 'thesis.txt'), 'years');
    await expect(build('compliance_reviewer', 'mine')).rejects.toThrow(/holds something else/);
    expect(await readFile(join(folder, 'mine', 'thesis.txt'), 'utf8')).toBe('years');
  });

  it('hands over no site with a dead link', async () => {
    const site = join(folder, 'dead');
    await mkdir(site);
    await writeFile(join(site, 'index.html'), '<a href="nowhere/index.html">x</a>');
    await expect(checkLinks(site, ['index.html'])).rejects.toThrow(/nowhere/);
    await writeFile(join(site, 'index.html'), '<p id="a"></p><a href="#b">x</a>');
    await expect(checkLinks(site, ['index.html'])).rejects.toThrow(/no such place/);
  });
});

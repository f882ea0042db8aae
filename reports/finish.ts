/** What is checked of every site before it is handed over: no page over the budget, no link into nothing. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ReportError } from './src/client.ts';

/** 1 MB a page: what a reviewer's mail gateway and old laptop still open at once. */
export const pageBudget = 1_000_000;

/** The HTML files of a site, from its root, sorted. */
export async function sitePages(site: string): Promise<string[]> {
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.html'))
    .map((entry) => relative(site, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

export async function checkSizes(site: string, pages: readonly string[]): Promise<void> {
  for (const page of pages) {
    const { size } = await stat(join(site, page));
    if (size > pageBudget) throw new ReportError(`${page} is ${size} bytes; the budget of a page is ${pageBudget}.`);
  }
}

const policyMeta = /(<meta http-equiv="content-security-policy" content=")([^"]*)(">)/;

/**
 * Astro's policy allows its own island scripts and style sheets of the same origin, which these pages have none of. Here it is
 * narrowed to what is left: the hash of the one style sheet. Fails on anything that would need more.
 */
export async function sealPages(site: string, pages: readonly string[]): Promise<void> {
  for (const page of pages) {
    const html = await readFile(join(site, page), 'utf8');
    // data cannot trip this: in text and attributes < and " are escaped
    if (/<script\b|\s(on[a-z]+|style)="|"javascript:/i.test(html))
      throw new ReportError(`${page} holds a script or an inline style, which its policy forbids.`);
    const policy = policyMeta.exec(html)?.[2];
    if (policy === undefined) throw new ReportError(`${page} has no content security policy.`);
    const hashes = [...(policy.match(/style-src ([^;]*)/)?.[1] ?? '').matchAll(/'sha256-[^']+'/g)].join(' ');
    const narrow = `default-src 'none'; script-src 'none'; style-src ${hashes}; base-uri 'none'; form-action 'none'`;
    await writeFile(join(site, page), html.replace(policyMeta, `$1${narrow}$3`));
  }
}

const hrefs = /\bhref="([^"]*)"/g;
const ids = /\bid="([^"]*)"/g;
const unescape = (text: string): string =>
  text.replaceAll('&amp;', '&').replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&#38;', '&');

/** Every relative link leads to a file of the site, and every anchor to an id in it. */
export async function checkLinks(site: string, pages: readonly string[]): Promise<void> {
  const anchors = new Map<string, Set<string>>();
  const wanted: { page: string; href: string; file: string; anchor: string | undefined }[] = [];
  for (const page of pages) {
    const file = join(site, page);
    const html = await readFile(file, 'utf8');
    anchors.set(file, new Set([...html.matchAll(ids)].map((match) => match[1]!)));
    for (const [, raw = ''] of html.matchAll(hrefs)) {
      const href = unescape(raw);
      if (/^[a-z]+:/i.test(href)) continue;
      if (href.startsWith('/'))
        throw new ReportError(`${page} links to ${href}, which works only from a server's root.`);
      const [path = '', anchor] = href.split('#');
      wanted.push({ page, href, file: path === '' ? file : resolve(dirname(file), decodeURIComponent(path)), anchor });
    }
  }
  const present = new Set<string>(anchors.keys());
  for (const { page, href, file, anchor } of wanted) {
    if (!present.has(file)) {
      const there =
        file.startsWith(site) &&
        (await stat(file).then(
          (of) => of.isFile(),
          () => false,
        ));
      if (!there) throw new ReportError(`${page} links to ${href}, which is not there.`);
      present.add(file);
    }
    if (anchor !== undefined && anchor !== '' && anchors.has(file) && !anchors.get(file)!.has(anchor))
      throw new ReportError(`${page} links to ${href}, but that page has no such place.`);
  }
}

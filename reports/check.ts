/**
 * `node --import tsx reports/check.ts DIR...`: opens every page of a built site from disk in Chromium, as a reviewer would, on a
 * desktop in light and on a phone in dark. Exit codes: 0 all well, 1 findings, 2 wrong usage or no browser.
 */
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { checkLinks, checkSizes, sitePages } from './finish.ts';

const views: { name: string; options: BrowserContextOptions }[] = [
  { name: 'desktop, light', options: { viewport: { width: 1280, height: 900 }, colorScheme: 'light' } },
  { name: 'phone, dark', options: { viewport: { width: 390, height: 844 }, colorScheme: 'dark' } },
];

/** What is wrong with the site, a sentence each; none when all is well. */
export async function checkSite(folder: string, browser: Browser, onPage: (line: string) => void): Promise<string[]> {
  const site = resolve(folder);
  const findings: string[] = [];
  const pages = await sitePages(site);
  if (!pages.includes('index.html')) return [`${folder} holds no report: there is no index.html.`];
  for (const check of [checkSizes, checkLinks])
    await check(site, pages).catch((error: unknown) =>
      findings.push(error instanceof Error ? error.message : String(error)),
    );
  for (const view of views) {
    // axe needs to run its own script; the policy itself is checked by the console's silence in the second tab
    const strict = await browser.newContext(view.options);
    const lenient = await browser.newContext({ ...view.options, bypassCSP: true });
    const tab = await strict.newPage();
    const axeTab = await lenient.newPage();
    for (const page of pages) {
      onPage(`${view.name}: ${page}`);
      const url = pathToFileURL(join(site, page)).href;
      findings.push(...(await lookAt(tab, url)).map((finding) => `${page} (${view.name}): ${finding}`));
      findings.push(...(await axe(axeTab, url)).map((finding) => `${page} (${view.name}): ${finding}`));
    }
    await strict.close();
    await lenient.close();
  }
  return findings;
}

async function lookAt(tab: Page, url: string): Promise<string[]> {
  const findings: string[] = [];
  tab.on('console', (message) => findings.push(`the console says: ${message.text()}`));
  tab.on('pageerror', (error) => findings.push(`an error: ${error.message}`));
  tab.on('request', (request) => {
    if (!request.url().startsWith('file:')) findings.push(`asks the network for ${request.url()}`);
  });
  await tab.goto(url);
  const { width, wide, styled } = await tab.evaluate<{ width: number; wide: number; styled: boolean }>(
    `({ width: innerWidth, wide: document.documentElement.scrollWidth, styled: getComputedStyle(document.body).margin === '0px' })`,
  );
  if (wide > width) findings.push(`is ${wide} px wide in a window of ${width}`);
  if (!styled) findings.push('its style sheet was not applied');
  tab.removeAllListeners();
  return findings;
}

async function axe(tab: Page, url: string): Promise<string[]> {
  await tab.goto(url);
  // legacy mode: the other opens a tab for each run, to reach frames of other origins, and there are no frames here
  const { violations } = await new AxeBuilder({ page: tab }).setLegacyMode(true).analyze();
  return violations.map(({ id, help, nodes }) => `axe ${id}: ${help}, at ${nodes[0]?.target.join(' ')}`);
}

async function main(folders: readonly string[]): Promise<number> {
  if (folders.length === 0 || folders.some((one) => one.startsWith('-'))) {
    process.stderr.write(
      'Usage: node --import tsx reports/check.ts FOLDER...\nOpens every page of built reports in Chromium (CHROMIUM_PATH, or /usr/bin/chromium).\n',
    );
    return folders.includes('--help') ? 0 : 2;
  }
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  // as root, in CI's containers, Chromium's sandbox cannot start; the pages are ours
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  let browser: Browser;
  try {
    browser = await chromium.launch({ executablePath, args });
  } catch (error) {
    process.stderr.write(
      `No browser at ${executablePath}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}\n`,
    );
    return 2;
  }
  try {
    let failed = 0;
    for (const folder of folders) {
      let last = performance.now();
      const started = last;
      const findings = await checkSite(folder, browser, (line) => {
        if (performance.now() - last < 2000) return;
        last = performance.now();
        process.stderr.write(`${((last - started) / 1000).toFixed(0)} s: ${line}\n`);
      });
      failed += findings.length;
      for (const finding of findings) process.stdout.write(`${finding}\n`);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      process.stdout.write(
        `${folder}: ${findings.length === 0 ? 'no findings' : `${findings.length} findings`}, ${seconds} s\n`,
      );
    }
    return failed === 0 ? 0 : 1;
  } finally {
    await browser.close();
  }
}

process.exitCode = await main(process.argv.slice(2));

/** `npm run report`: the audit site of one role, built from a running server into a folder of plain files. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Command, CommanderError } from 'commander';
import { astroConfig } from './astro.ts';
import { checkLinks, checkSizes, sealPages, sitePages } from './finish.ts';
import { addressBook, datasetRows, versionRows } from './src/addresses.ts';
import { ReportError, reportClient, type ReportClient } from './src/client.ts';
import type { Answer } from './src/evidence.ts';
import { setReport } from './src/context.ts';
import { aboutReading } from './src/models/redactions.ts';
import { known, notRecorded, redacted, type Known, type Refusal } from './src/known.ts';
import type { Stamp } from './src/models/stamp.ts';
import { DatasetPaths } from './src/queries/datasets.ts';
import { ModelVersionPaths } from './src/queries/models.ts';
import { ReportLogHead, ReportPolicy, ReportViewer } from './src/queries/stamp.ts';

export interface ReportOptions {
  /** The GraphQL address, or the server's, to which `/graphql` is added. */
  url: string;
  token?: string | undefined;
  role: string;
  /** Made or replaced whole; a folder that holds anything else is left alone and is an error. */
  outDir: string;
  onProgress?: (line: string) => void;
  /** The stamp's as-of; the clock unless a test says otherwise. */
  now?: () => Date;
  fetch?: typeof fetch;
}

export interface ReportResult {
  outDir: string;
  pages: number;
  files: number;
  bytes: number;
  seconds: number;
}

const manifestName = 'SHA256SUMS';

/** Builds the site and moves it to `outDir` when it is whole. Throws ReportError with a sentence for people. */
export async function buildReport(options: ReportOptions): Promise<ReportResult> {
  const started = performance.now();
  const outDir = resolve(options.outDir);
  const progress = options.onProgress ?? (() => {});
  await refuseForeignFolder(outDir);
  await mkdir(dirname(outDir), { recursive: true });
  // Astro puts its intermediate bundle inside the output when that lies under the working directory, and into one shared
  // folder when not; there, two builds at once could serve one role's pages to another
  const shelf = join(process.cwd(), '.astro');
  await mkdir(shelf, { recursive: true });
  const work = await mkdtemp(join(shelf, `report-${process.pid}-`));
  const site = join(work, 'site');
  const evidence = join(work, 'data');
  try {
    await mkdir(join(evidence, 'evidence'), { recursive: true }); // a role that is refused every question keeps no answer
    const client = reportClient({
      url: graphqlUrl(options.url),
      token: options.token,
      role: options.role,
      folder: evidence,
      ...(options.fetch ? { fetch: options.fetch } : {}),
    });
    progress('asking what there is');
    const { stamp, hidden } = await readStamp(client, options.role, options.now ?? (() => new Date()));
    const [versions, datasets] = await Promise.all([
      client.askAll(ModelVersionPaths, {}, (data) => data.modelVersions),
      client.askAll(DatasetPaths, {}, (data) => data.datasets),
    ]);
    const addresses = addressBook(versionRows(rowsOf(versions)), datasetRows(rowsOf(datasets)));
    // loaded when there is something to build: a token that is refused is told so at once
    const [{ build }, { Graphviz }] = await Promise.all([import('astro'), import('@hpcc-js/wasm-graphviz')]);
    const graphviz = await Graphviz.load();
    let pages = 0;
    const expected = addresses.versions.length + addresses.datasets.length;
    setReport({
      client,
      stamp,
      addresses,
      hidden,
      draw: (dot) => graphviz.dot(dot),
      rendered: () => {
        pages += 1;
        progress(`page ${pages} of about ${Math.max(pages, expected + 10)}`);
      },
    });
    progress(`rendering ${addresses.versions.length} model versions and ${addresses.datasets.length} datasets`);
    await build(astroConfig({ outDir: site, cacheDir: join(work, 'cache') })).catch(async (error: unknown) => {
      await removeForGood(work);
      throw error;
    });
    await rename(join(evidence, 'evidence'), join(site, 'evidence'));
    progress('checking links and sizes');
    const found = await sitePages(site);
    await sealPages(site, found);
    await checkSizes(site, found);
    await checkLinks(site, found);
    const { files, bytes } = await writeManifest(site);
    await replaceFolder(site, outDir);
    return { outDir, pages: found.length, files, bytes, seconds: (performance.now() - started) / 1000 };
  } finally {
    await remove(work);
  }
}

const remove = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });

/** A page that fails does not stop its neighbours: until the last of them has ended, they may make the folder anew. */
async function removeForGood(folder: string): Promise<void> {
  do {
    await remove(folder);
    await setTimeout(1_000);
  } while (existsSync(folder));
}

const graphqlUrl = (url: string): string => (new URL(url).pathname === '/' ? new URL('/graphql', url).href : url);

const rowsOf = <T>(answer: Answer<T[]>): T[] => (answer.state === 'answered' ? answer.data : []);

async function readStamp(
  client: ReportClient,
  role: string,
  now: () => Date,
): Promise<{ stamp: Stamp; hidden: readonly Refusal[] }> {
  const asOf = now().toISOString();
  // first the head, so that what the build's own reads add to the log stays outside the report
  const head = await client.ask(ReportLogHead, {});
  const [viewer, policy] = await Promise.all([client.ask(ReportViewer, {}), client.ask(ReportPolicy, {})]);
  const logHead: Stamp['logHead'] = orRedacted(head, ({ logHead: of }) =>
    of.leafHash ? known({ index: String(Number(of.size) - 1), at: of.at, leafHash: of.leafHash }) : notRecorded(),
  );
  return {
    stamp: { asOf, role, logHead, policy: orRedacted(policy, (data) => known(data.policyVersion)) },
    hidden: viewer.state === 'answered' ? aboutReading(viewer.data.viewer.redactions ?? []) : [],
  };
}

const orRedacted = <T, U>(answer: Answer<T>, make: (data: T) => Known<U>): Known<U> =>
  answer.state === 'refused' ? redacted(answer.by) : make(answer.data);

/** Replacing a folder deletes it, so that it must be an earlier report or empty. */
async function refuseForeignFolder(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === 'ENOENT') return [];
    throw new ReportError(`${folder} cannot be used: ${error.message}`);
  });
  if (names.length > 0 && !names.includes(manifestName))
    throw new ReportError(`${folder} holds something else than an earlier report; choose an empty or a new folder.`);
}

/** Copies beside the target first, which may be another file system, so that the old report stands until the new one is whole. */
async function replaceFolder(from: string, to: string): Promise<void> {
  const beside = await mkdtemp(join(dirname(to), '.report-'));
  await cp(from, beside, { recursive: true });
  await chmod(beside, 0o755);
  await rm(to, { recursive: true, force: true });
  await rename(beside, to);
}

/** `sha256sum -c SHA256SUMS` in the site's folder tells whether a file was altered since. */
async function writeManifest(site: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(site, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  let bytes = 0;
  const lines: string[] = [];
  for (const file of files.sort()) {
    const content = await readFile(file);
    bytes += content.length;
    lines.push(`${createHash('sha256').update(content).digest('hex')}  ${relative(site, file).split(sep).join('/')}`);
  }
  await writeFile(join(site, manifestName), `${lines.join('\n')}\n`);
  return { files: files.length, bytes };
}

/** Says what goes on from the second second, at most once a second. */
export function terminalProgress(write: (line: string) => void): (line: string) => void {
  const started = performance.now();
  let last = started + 1000;
  return (line) => {
    if (performance.now() - last < 1000) return;
    last = performance.now();
    write(`${((last - started) / 1000).toFixed(0)} s: ${line}`);
  };
}

async function main(): Promise<number> {
  const command = new Command('npm run report --')
    .description('Builds the static audit site of one role from a running Aval server.')
    .requiredOption('--url <url>', 'the server, e.g. http://localhost:4000')
    .requiredOption('--role <role>', 'the role to read as, e.g. compliance_reviewer')
    .requiredOption('--out <folder>', 'where the site goes; an earlier report there is replaced')
    .option('--token <token>', 'API token; better given as AVAL_TOKEN, which shows in no process list')
    .addHelpText('after', '\nExit codes: 0 built, 1 the build failed, 2 wrong usage.')
    .exitOverride();
  try {
    command.parse();
  } catch (error) {
    return error instanceof CommanderError && error.exitCode === 0 ? 0 : 2;
  }
  const { url, role, out, token } = command.opts<{ url: string; role: string; out: string; token?: string }>();
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    process.stderr.write(`--url: ${url} is not an http address\n`);
    return 2;
  }
  try {
    const result = await buildReport({
      url,
      role,
      outDir: out,
      token: token ?? process.env.AVAL_TOKEN,
      onProgress: terminalProgress((line) => process.stderr.write(`${line}\n`)),
    });
    const index = pathToFileURL(join(result.outDir, 'index.html'));
    process.stdout.write(
      `${result.pages} pages, ${(result.bytes / 1e6).toFixed(1)} MB, in ${result.seconds.toFixed(1)} s\n${index.href}\n`,
    );
    return 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof ReportError ? error.message : String(error instanceof Error ? error.stack : error)}\n`,
    );
    return 1;
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) process.exitCode = await main();

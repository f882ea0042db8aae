import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { readRecording, replay } from '../recording/replay.ts';
import { governByHand } from './by-hand.ts';
import { invitePeople, projects, roles, type DemoProject, type DemoRole, type People } from './people.ts';
import { step } from './progress.ts';
import { startServer, type RunningServer } from './server.ts';
import { buildSite, serveSite } from './site.ts';

const port = (text: string): number => {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n > 65_535)
    throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return n;
};

const command = new Command('npm run demo --')
  .description(
    'Starts Aval on a throw-away database, replays two recorded projects through its doors, and builds the audit site.',
  )
  .option('--once', 'end when the site is built, instead of serving it')
  .option('--out <dir>', 'where the site goes; kept after the demo ends')
  .option('--role <role>', 'the role that the site is built for', 'compliance_reviewer')
  .option('--port <port>', 'of the API; 0 takes a free one', port, 4000)
  .option('--site-port <port>', 'of the site; 0 takes a free one', port, 4001);

interface Options {
  once?: boolean;
  out?: string;
  role: string;
  port: number;
  sitePort: number;
}

async function main(options: Options): Promise<void> {
  if (!Object.hasOwn(roles, options.role)) command.error(`--role is one of ${Object.keys(roles).join(', ')}.`);
  const folder = mkdtempSync(join(tmpdir(), 'aval-demo-'));
  const site = resolve(options.out ?? join(folder, 'site'));
  let server: RunningServer | undefined;
  const end = async (code: number): Promise<never> => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end(0));

  try {
    const starting = step('Starting the API on an embedded PostgreSQL');
    server = await startServer(join(folder, 'data'), options.once ? 0 : options.port);
    starting.done(server.url);

    const inviting = step('Making projects, people and tokens');
    const people = await invitePeople(server.url, server.adminToken);
    inviting.done();

    for (const project of Object.keys(projects) as DemoProject[]) {
      const replaying = step(`Replaying ${project} through the doors of MLflow and OpenLineage`);
      const { requests } = await replay({
        recording: await readRecording(new URL(`../recording/${project}.jsonl`, import.meta.url)),
        baseUrl: server.url,
        token: people.engineerOf[project],
        onProgress: ({ done, total }) => replaying.update(`${done}/${total}`),
      });
      replaying.done(`${requests} requests`);
    }

    const governing = step('Deploying models and defining KPIs by hand');
    await governByHand(server.url, people);
    governing.done();

    const building = step(`Building the audit site as ${options.role}`);
    await buildSite(server.url, options.role, people.byRole[options.role as DemoRole], site, (line) =>
      building.update(line),
    );
    building.done();

    if (options.once) {
      process.stdout.write(`\nThe site is in ${site}\n`);
      return await end(0);
    }
    const { url } = await serveSite(site, options.sitePort);
    process.stdout.write(farewell(server, url, people));
  } catch (error) {
    process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : String(error)}\n`);
    await end(1);
  }
}

function farewell(server: RunningServer, site: string, people: People): string {
  const tokens = Object.entries(roles).map(
    ([role, purpose]) => `  ${role.padEnd(20)} ${purpose}\n  ${''.padEnd(20)} ${people.byRole[role as DemoRole]}\n`,
  );
  const reviewer = people.byRole.compliance_reviewer;
  return `
The audit site    ${site}
GraphiQL          ${server.url}/graphiql#${reviewer}
                  (as compliance_reviewer; for another role, put its token after the #)

Tokens, one for each role:

${tokens.join('')}  ${'admin'.padEnd(20)} makes projects, accounts and tokens
  ${''.padEnd(20)} ${server.adminToken}

Your own MLflow client:   export MLFLOW_TRACKING_URI=${server.url} MLFLOW_TRACKING_TOKEN=${people.engineerOf['credit-scoring']}
Your own OpenLineage:     export OPENLINEAGE_URL=${server.url} OPENLINEAGE_API_KEY=${people.engineerOf['credit-scoring']}

Ctrl-C ends the demo and removes its data.
`;
}

await main(command.parse().opts<Options>());

import { Command, CommanderError } from 'commander';

// npm run token: an account with one role in one project, and a token for it, made over the API of a running server.
// Exit codes: 0 made (the token is all of the standard output), 1 refused or out of reach, 2 wrong usage.

const command = new Command('npm run -s token --')
  .description(
    'Makes an account with a role in a project, and prints a token for it. The admin token is read from AVAL_TOKEN.',
  )
  .requiredOption('--name <name>', 'the account: an e-mail address, or a service name')
  .option('--role <role>', 'one that ships, or one of your own policy', 'ml_engineer')
  .option('--project <slug>', 'made when it is missing', 'default')
  .option('--service', 'a service account, not a person')
  .option('--url <url>', 'the server', 'http://127.0.0.1:4000')
  .exitOverride();

interface Options {
  name: string;
  role: string;
  project: string;
  service?: boolean;
  url: string;
}

async function ask<T>(url: string, query: string, input?: object): Promise<T> {
  const response = await fetch(new URL('/graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${process.env['AVAL_TOKEN'] ?? ''}` }, // eslint-disable-line no-restricted-properties -- a client, not the server
    body: JSON.stringify({ query, variables: { input } }),
  });
  const { data, errors } = (await response.json()) as {
    data?: T;
    errors?: { message: string; extensions?: { remedy?: string; redaction?: { howToRequest?: string } } }[];
  };
  const [error] = errors ?? [];
  if (error || !data)
    throw new Error([error?.message ?? `HTTP ${response.status}`, error?.extensions?.remedy].join(' '));
  return data;
}

async function makeToken({ name, role, project, service, url }: Options): Promise<string> {
  type Project = { id: string; slug: string };
  const { viewer } = await ask<{ viewer: { projects: Project[] } }>(url, '{ viewer { projects { id slug } } }');
  const projectId =
    viewer.projects.find(({ slug }) => slug === project)?.id ??
    (
      await ask<{ createProject: { project: Project } }>(
        url,
        'mutation ($input: CreateProjectInput!) { createProject(input: $input) { project { id slug } } }',
        { slug: project, name: project },
      )
    ).createProject.project.id;
  const { createPrincipal } = await ask<{ createPrincipal: { principal: { id: string } } }>(
    url,
    'mutation ($input: CreatePrincipalInput!) { createPrincipal(input: $input) { principal { id } } }',
    { name, kind: service ? 'SERVICE' : 'PERSON', roles: [role], projectIds: [projectId] },
  );
  const { issueToken } = await ask<{ issueToken: { token: string } }>(
    url,
    'mutation ($input: IssueTokenInput!) { issueToken(input: $input) { token } }',
    { principalId: createPrincipal.principal.id, projectId, label: 'npm run token' },
  );
  return issueToken.token;
}

try {
  process.stdout.write(`${await makeToken(command.parse().opts<Options>())}\n`);
} catch (error) {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  process.stderr.write(`No token was made: ${error instanceof Error ? error.message : String(error)}${cause}\n`);
  process.exit(1);
}

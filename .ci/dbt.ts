/**
 * node --import tsx .ci/dbt.ts VENV: dbt's own run of examples/dbt-loans, told by stock openlineage-dbt to a fresh server; then asks over GraphQL
 * what has arrived. VENV is a virtual environment that has the example's requirements.
 */
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from '../examples/demo/graphql.ts';
import { invitePeople } from '../examples/demo/people.ts';
import { startServer } from './server.ts';

const venv = process.argv[2];
if (venv === undefined) {
  console.error('Usage: node --import tsx .ci/dbt.ts VENV');
  process.exit(2);
}

const query = /* GraphQL */ `
  query ($name: String!) {
    datasets(where: { name: { eq: $name } }) {
      nodes {
        description
        owners {
          name
        }
        tags {
          tag {
            name
          }
          origin
        }
        columns {
          name
          upstream(depth: 1, kinds: [COLUMN_DERIVED]) {
            assets {
              nodes {
                name
                ... on Column {
                  dataset {
                    name
                  }
                }
              }
            }
          }
        }
        checks {
          assertion
          success
          column {
            name
          }
        }
        completeness {
          explained
        }
      }
    }
  }
`;
interface Found {
  description: string;
  owners: { name: string }[];
  tags: { tag: { name: string }; origin: string }[];
  columns: { name: string; upstream: { assets: { nodes: { name: string; dataset: { name: string } }[] } } }[];
  checks: { assertion: string; success: boolean; column: { name: string } | null }[];
  completeness: { explained: number };
}

const folder = mkdtempSync(join(tmpdir(), 'aval-dbt-'));
const server = await startServer({
  command: ['node', '--import', 'tsx', 'server/main.ts'],
  env: { AVAL_DATA_DIR: join(folder, 'data') },
});
try {
  const { engineerOf } = await invitePeople(server.url, server.adminToken);
  const token = engineerOf['credit-scoring'];
  const project = join(folder, 'dbt-loans'); // dbt writes beside its models
  cpSync('examples/dbt-loans', project, { recursive: true });
  const { status } = spawnSync(join(venv, 'bin/dbt-ol'), ['build', '--profiles-dir', '.'], {
    cwd: project,
    stdio: 'inherit',
    timeout: 300_000,
    env: {
      ...process.env,
      PATH: `${join(venv, 'bin')}:${process.env['PATH']}`,
      LOANS_DB: join(folder, 'loans.duckdb'),
      OPENLINEAGE_URL: server.url,
      OPENLINEAGE_API_KEY: token,
      OPENLINEAGE_NAMESPACE: 'dbt',
      DO_NOT_TRACK: '1',
    },
  });
  assert.equal(status, 0, `dbt-ol ended with ${status}`);

  const datasetNamed = async (name: string): Promise<Found> => {
    const { datasets } = await graphql<{ datasets: { nodes: Found[] } }>(server.url, server.adminToken, query, {
      name,
    });
    assert.equal(datasets.nodes.length, 1, `one dataset is called ${name}`);
    return datasets.nodes[0]!;
  };
  const staged = await datasetNamed('loans.main.stg_loans');
  assert.equal(staged.description, 'Loans as they were granted, one row each.');
  assert.deepEqual(staged.owners, [{ name: 'team:credit' }]);
  assert.deepEqual(
    staged.tags.map(({ tag, origin }) => [tag.name, origin]),
    [['protected-characteristic:sex', 'IMPORTED']],
    'dbt’s meta is imported as a tag',
  );
  assert.deepEqual(
    staged.checks.map(({ assertion, column, success }) => [assertion, column?.name, success]).sort(),
    [['accepted_values', 'sex', true], ['not_null', 'age', true], ['not_null', 'loan_id', true], ['unique', 'loan_id', true]],
    'dbt’s tests are checks',
  ); // prettier-ignore

  const features = await datasetNamed('loans.main.loan_features');
  const cameFrom = Object.fromEntries(
    features.columns.map(({ name, upstream }) => [
      name,
      upstream.assets.nodes.map((column) => `${column.dataset.name}.${column.name}`).sort(),
    ]),
  );
  assert.deepEqual(cameFrom['sex_hash'], ['loans.main.stg_loans.sex'], 'column lineage has arrived');
  assert.deepEqual(cameFrom['monthly_rate'], ['loans.main.stg_loans.amount', 'loans.main.stg_loans.months']);
  assert.ok(
    features.tags.some(({ tag, origin }) => tag.name === 'protected-characteristic:sex' && origin === 'DERIVED'),
  );
  assert.ok(features.completeness.explained >= 4);
  console.log('dbt: datasets, column lineage, tests and meta have arrived');
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

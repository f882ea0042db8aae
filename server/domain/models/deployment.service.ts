import type { Actor } from '../../access/actor.ts';
import { AvalError, badInput, notFound } from '../../shared/errors.ts';
import { checkText } from '../../shared/json.ts';
import { insertAsset } from '../assets/asset.service.ts';
import { link } from '../lineage/lineage.service.ts';
import { inScope } from '../scope.ts';
import type { Store, Tx } from '../store.ts';
import { requireUsable } from '../verdicts/gate.service.ts';

export interface NewDeployment {
  modelVersionId: string;
  /** Where it runs: `production`, `batch-eu`... */
  environment: string;
  /** Code of a purpose. */
  purpose: string;
  /** Id of the open deployment that this one takes the place of: it ends at the same moment. */
  replaces?: string | undefined;
}

/** Versions in use: where, for what, since when. */
export function createDeployments(store: Store) {
  return {
    /** UseRefused where the rules in force do not let the version be used for that purpose. */
    async deploy(actor: Actor, input: NewDeployment): Promise<string> {
      checkEnvironment(input.environment);
      return store.write(actor, async (tx) => {
        const version = await tx.db
          .selectFrom('model_version')
          .innerJoin('asset', 'asset.key', 'model_version.asset_key')
          .select(['asset.key', 'asset.id', 'asset.project_id', 'asset.name'])
          .where('asset.id', '=', input.modelVersionId)
          .where('model_version.deleted_at', 'is', null)
          .where(inScope(actor, 'asset.project_id'))
          .executeTakeFirst();
        if (!version) throw notFound('The model version', 'input.modelVersionId');
        const purpose = await tx.db
          .selectFrom('purpose')
          .select('code')
          .where('code', '=', input.purpose)
          .executeTakeFirst();
        if (!purpose) throw badInput('input.purpose', 'This is not a known purpose.', 'Take a code of `purposes`.');
        const verdict = await requireUsable(tx, actor, { versionKey: version.key, purposeCode: purpose.code });
        const replaced = input.replaces ? await close(tx, actor, input.replaces, 'input.replaces') : undefined;
        if (replaced && replaced.projectId !== version.project_id) {
          throw badInput('input.replaces', 'A deployment can only replace one of its own project.');
        }
        const { key, id } = await insertAsset(tx, {
          kind: 'DEPLOYMENT',
          projectId: version.project_id,
          name: `${version.name} in ${input.environment}`,
        });
        await tx.db
          .insertInto('deployment')
          .values({
            asset_key: key,
            project_id: version.project_id,
            version_key: version.key,
            environment: input.environment,
            purpose_code: purpose.code,
            replaces_key: replaced?.key ?? null,
            by_id: actor.principalId,
            valid_from: tx.now,
            valid_to: null,
          })
          .execute();
        await link(tx, [{ src: version.key, dst: key, kind: 'DEPLOYED', source: 'AVAL' }]);
        tx.record({
          action: 'deployment.started',
          subject: { kind: 'Deployment', id },
          projectId: version.project_id,
          details: {
            modelVersion: version.id,
            environment: input.environment,
            purpose: purpose.code,
            replaces: input.replaces ?? null,
            verdict: verdict.outcome,
          },
        });
        return id;
      });
    },

    /** Closes the deployment's interval. CONFLICT when it has ended already. */
    async end(actor: Actor, id: string): Promise<void> {
      await store.write(actor, (tx) => close(tx, actor, id, 'input.deploymentId'));
    },
  };
}

function checkEnvironment(environment: string): void {
  checkText(environment, 'input.environment');
  if (environment.trim() === '' || environment.length > 100) {
    throw badInput('input.environment', 'An environment has 1 to 100 characters.');
  }
}

/** The edge to it stays: that the version was deployed there does not end. */
async function close(tx: Tx, actor: Actor, id: string, field: string): Promise<{ key: number; projectId: string }> {
  const row = await tx.db
    .selectFrom('deployment')
    .innerJoin('asset', 'asset.key', 'deployment.asset_key')
    .select(['asset.key', 'asset.project_id', 'deployment.valid_to'])
    .where('asset.id', '=', id)
    .where(inScope(actor, 'asset.project_id'))
    .forUpdate('deployment')
    .executeTakeFirst();
  if (!row) throw notFound('The deployment', field);
  if (row.valid_to) throw new AvalError('CONFLICT', 'This deployment has ended already.', { field });
  await tx.db.updateTable('deployment').set({ valid_to: tx.now }).where('asset_key', '=', row.key).execute();
  tx.record({ action: 'deployment.ended', subject: { kind: 'Deployment', id }, projectId: row.project_id });
  return { key: row.key, projectId: row.project_id };
}

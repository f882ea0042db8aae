import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';
import { Asset } from '../assets/asset.entity.ts';
import { Run } from '../experiments/run.entity.ts';
import { Principal } from '../identity/identity.entity.ts';

/**
 * What lay at a path of a run, or of a logged model, and when. Overwriting or deleting a file closes its interval; the bytes stay in the
 * store under their digest.
 */
export const Artifact = defineEntity({
  name: 'Artifact',
  tableName: 'artifact',
  policies: rows.ofRunOrAsset('artifact.run_id', 'artifact.model_key'),
  properties: {
    id: p.bigint('number').primary().autoincrement(),
    run: () => p.manyToOne(Run).nullable().deleteRule('no action'),
    /** The logged model. One of the two is null. */
    model: () => p.manyToOne(Asset).nullable().deleteRule('no action'),
    /** Below its run or model, names joined by slashes. */
    path: column.text(),
    /** Hex. */
    sha256: column.text(),
    bytes: p.bigint('number'),
    by: () => p.manyToOne(Principal),
    ...interval(),
  },
  uniques: [
    { name: 'artifact_of_run_open', properties: ['run', 'path'], where: 'valid_to is null and run_id is not null' },
    {
      name: 'artifact_of_model_open',
      properties: ['model', 'path'],
      where: 'valid_to is null and model_key is not null',
    },
  ],
  checks: [{ name: 'artifact_has_one_owner', expression: 'num_nonnulls(run_id, model_key) = 1' }],
});

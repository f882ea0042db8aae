import { startMlflow } from '../mlflow-peer.ts';
import { connect, createRun, type Target } from './drive.ts';
import { logBatches } from './payload.ts';

/** With the default pools, some of twenty clients' requests wait for a connection until they fail. */
const widerPools = { MLFLOW_SQLALCHEMYSTORE_POOL_SIZE: '5', MLFLOW_SQLALCHEMYSTORE_MAX_OVERFLOW: '20' };

export interface MlflowTarget extends Target {
  readonly version: string;
}

/** A stock MLflow server; only its connection pools are widened. */
export async function startMlflowTarget(databaseUrl: string): Promise<MlflowTarget> {
  const { version, address, stop } = await startMlflow(databaseUrl, widerPools);
  return {
    version,
    async sender(shape) {
      const post = connect(address);
      const next = logBatches(shape, await createRun(post));
      return async () => void (await post('runs/log-batch', next()));
    },
    stop,
  };
}

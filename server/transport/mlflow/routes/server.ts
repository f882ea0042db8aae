import { z } from 'zod';
import { route, type Route } from '../route.ts';

/** What this server can do, as clients of MLflow 3 ask before they use what is newer. */
export const serverRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/mlflow/server-info',
    access: 'anyone',
    input: z.object({}),
    async handle() {
      return {
        store_type: 'SqlStore',
        workspaces_enabled: false,
        trace_archival_enabled: false,
        // both are there for who asks; unasked, clients take the plain way, which always reaches the store
        multipart_uploads_enabled: false,
        multipart_downloads_enabled: false,
        presigned_upload_run_id_supported: true,
        presigned_upload_model_id_supported: true,
        features_enabled: { gateway: false },
      };
    },
  }),
];

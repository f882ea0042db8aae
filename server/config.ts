import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { BlobsPlace } from './storage/blobs/open.ts';

/** The only reader of process.env: a wrong value stops the start with a sentence that names the variable. */
const schema = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65535).default(4000),
    HOST: z.string().default('127.0.0.1'),
    DATABASE_URL: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres:// or postgresql://')
      .optional(),
    AVAL_DATA_DIR: z.string().default('.aval'),
    AVAL_ARTIFACTS: z
      .string()
      .regex(
        /^(s3:\/\/[a-z0-9][a-z0-9.-]+(\/|$)|(?![a-z][a-z0-9+.-]*:\/\/))/i,
        'must be a folder, or s3://BUCKET/PREFIX',
      )
      .optional(),
    AVAL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
    AWS_ENDPOINT_URL_S3: z.url({ protocol: /^https?$/ }).optional(),
    AWS_REGION: z.string().optional(),
    AVAL_LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    AVAL_ALLOWED_ORIGINS: z.string().default(''),
    AVAL_REQUIRE_READER_ROLES: z.literal('1', 'is 1 or not set').optional(),
    AVAL_TEST_RESET: z.literal('1', 'is 1 or not set').optional(),
    AVAL_TEST_TOKEN: z
      .string()
      .regex(/^[\w.~+/-]{16,}$/, 'must have at least 16 letters, digits or - . _ ~ + /')
      .optional(),
    NODE_ENV: z.string().optional(),
  })
  .refine((e) => !e.AVAL_TEST_RESET || e.NODE_ENV !== 'production', {
    path: ['AVAL_TEST_RESET'],
    error: 'lets callers empty the database, and is refused where NODE_ENV is production',
  })
  .refine((e) => !e.AVAL_TEST_TOKEN || e.AVAL_TEST_RESET, {
    path: ['AVAL_TEST_TOKEN'],
    error: 'is for databases of tests: set AVAL_TEST_RESET=1 too',
  });

export interface Config {
  port: number;
  host: string;
  /** PostgreSQL when set; the embedded PGlite in `dataDir` otherwise. */
  databaseUrl: string | undefined;
  dataDir: string;
  artifacts: BlobsPlace;
  /** Where clients reach the server, without a slash at the end; undefined where they say it. */
  publicUrl: string | undefined;
  logLevel: z.infer<typeof schema>['AVAL_LOG_LEVEL'];
  /** Browser origins, beside the server's own, that may open sockets; plain requests are answered without CORS headers. */
  allowedOrigins: string[];
  /** Start only where the database itself can keep from readers what they may not have. */
  requireReaderRoles: boolean;
  /** The database is for tests: it can be emptied, and a token chosen beforehand works on it. */
  testDatabase: { token: string | undefined } | undefined;
}

export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(present);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The environment is not usable:\n${lines.join('\n')}`);
  }
  const e = parsed.data;
  return {
    port: e.PORT,
    host: e.HOST,
    databaseUrl: e.DATABASE_URL,
    dataDir: resolve(e.AVAL_DATA_DIR),
    artifacts: artifactsOf(e),
    publicUrl: e.AVAL_PUBLIC_URL?.replace(/\/+$/, ''),
    logLevel: e.AVAL_LOG_LEVEL,
    allowedOrigins: e.AVAL_ALLOWED_ORIGINS.split(',')
      .map((origin) => origin.trim())
      .filter(Boolean),
    requireReaderRoles: e.AVAL_REQUIRE_READER_ROLES !== undefined,
    testDatabase: e.AVAL_TEST_RESET && { token: e.AVAL_TEST_TOKEN },
  };
}

function artifactsOf(e: z.output<typeof schema>): BlobsPlace {
  const [, bucket, path = ''] = /^s3:\/\/([^/]+)\/*(.*?)\/*$/i.exec(e.AVAL_ARTIFACTS ?? '') ?? [];
  if (bucket === undefined) {
    const folder = resolve(e.AVAL_ARTIFACTS ?? join(e.AVAL_DATA_DIR, 'artifacts'));
    // tests empty theirs, and nobody else's
    return { kind: 'folder', folder: e.AVAL_TEST_RESET ? join(folder, 'for-tests') : folder };
  }
  const endpoint = e.AWS_ENDPOINT_URL_S3;
  // other servers than Amazon's take any region, but signatures must name one
  const region = e.AWS_REGION ?? (endpoint === undefined ? undefined : 'us-east-1');
  return { kind: 's3', bucket, prefix: path && `${path}/`, endpoint, region };
}

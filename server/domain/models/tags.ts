import { sql, type RawBuilder } from 'kysely';
import type { Tags } from './names.ts';

/** Tags as a jsonb parameter. */
export const jsonb = (value: unknown): RawBuilder<never> => sql<never>`${JSON.stringify(value)}::jsonb`;

/** The column `tags` with these set; others stay. */
export const withTags = (tags: Tags): RawBuilder<never> => sql<never>`tags || ${JSON.stringify(tags)}::jsonb`;

/** The column `tags` without that key. */
export const withoutTag = (key: string): RawBuilder<never> => sql<never>`tags - ${key}::text`;

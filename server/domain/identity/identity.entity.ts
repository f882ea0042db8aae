import { defineEntity, p } from '@mikro-orm/core';
import { column, interval } from '../../storage/columns.ts';
import { rows } from '../../storage/rows.ts';

export const Project = defineEntity({
  name: 'Project',
  tableName: 'project',
  policies: rows.ofProject('id'),
  properties: {
    id: column.id(),
    slug: column.text().unique(),
    name: column.text(),
    createdAt: column.time(),
  },
});

/** A person or a service account. */
export const Principal = defineEntity({
  name: 'Principal',
  tableName: 'principal',
  policies: rows.ofAll(),
  properties: {
    id: column.id(),
    name: column.text().unique(),
    kind: p.text().$type<'person' | 'service'>(),
    createdAt: column.time(),
    suspendedAt: column.time().nullable(),
  },
});

export const RoleGrant = defineEntity({
  name: 'RoleGrant',
  tableName: 'role_grant',
  policies: rows.ofPrincipal('role_grant.principal_id'),
  properties: {
    id: column.id(),
    principal: () => p.manyToOne(Principal),
    role: column.text(),
    ...interval(),
  },
  uniques: [{ name: 'role_grant_open', properties: ['principal', 'role'], where: 'valid_to is null' }],
});

/** Whose rows a principal sees. A null project means every project, those to come included. */
export const Membership = defineEntity({
  name: 'Membership',
  tableName: 'membership',
  policies: rows.ofProjectOrEach(),
  properties: {
    id: column.id(),
    principal: () => p.manyToOne(Principal),
    project: () => p.manyToOne(Project).nullable().deleteRule('no action'),
    ...interval(),
  },
  indexes: [{ name: 'membership_open', properties: ['principal'], where: 'valid_to is null' }],
});

/** A bearer token. Only its SHA-256 is stored: the token itself has 256 random bits, so a slow hash would add nothing. */
export const ApiToken = defineEntity({
  name: 'ApiToken',
  tableName: 'api_token',
  policies: rows.ofPrincipal('api_token.principal_id'),
  properties: {
    id: column.id(),
    principal: () => p.manyToOne(Principal),
    label: column.text(),
    hash: p.text().unique(),
    /** Where this token's writes go when the protocol names no project. */
    defaultProject: () => p.manyToOne(Project).nullable().deleteRule('no action'),
    createdAt: column.time(),
    expiresAt: column.time().nullable(),
    revokedAt: column.time().nullable(),
  },
});

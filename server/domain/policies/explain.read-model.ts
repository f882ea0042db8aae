import DataLoader from 'dataloader';
import type { Role } from '../../access/actor.ts';
import type { CompiledPolicy, Explanation } from '../../access/decisions.ts';
import type { Use } from '../../access/uses.ts';
import { badInput, notFound } from '../../shared/errors.ts';
import { fromGlobalId, idOf } from '../../shared/ids.ts';
import type { Context, LoaderFor, NodeView } from '../context.ts';
import { standingsAt } from '../identity/identity.read-model.ts';
import { categoriesOf } from '../sensitivity/sensitivity.loader.ts';
import { requireRole } from './policies.service.ts';

export interface FieldUse {
  coordinate: string;
  use: Use;
  /** Global id of an object of the field's type. */
  object?: string | null;
  /** By what was in force then: policy, roles, memberships and tags. */
  asOf?: Date | null;
}

export interface AccessQuestion extends FieldUse {
  role?: string | null;
  /** Global id. */
  principalId?: string | null;
}

/** For whom it is asked: the caller unless said otherwise. */
interface Asker {
  readonly policy: CompiledPolicy;
  readonly roles: readonly Role[];
  readonly projects: 'all' | readonly string[];
}

/** What is decided and why, for a field in general or of one object. Speaks of roles, rules and tags, never of the field's value. */
export async function explainAccess(context: Context, question: AccessQuestion): Promise<Explanation> {
  return explainFor(context, await askerOf(context, question), question);
}

/** The same for a principal, with the roles and projects that it has or had. */
export async function explainPrincipal(context: Context, id: string, question: FieldUse): Promise<Explanation> {
  return explainFor(context, await principalOf(context, id, question.asOf ?? null), question);
}

async function explainFor(context: Context, asker: Asker, question: FieldUse): Promise<Explanation> {
  const number = asker.policy.coordinates.index.get(question.coordinate);
  if (number === undefined) {
    throw badInput('coordinate', 'The schema has no such field.', 'Write `Type.field`, such as `Run.metrics`.');
  }
  if (question.object == null) return asker.policy.explain(asker.roles, number, question.use);
  const object = await objectOf(context, question.object, question.coordinate);
  if (!sees(asker, object)) {
    return {
      outcome: 'DENY',
      use: question.use,
      policyIds: ['project-scope'],
      reason: 'The object is of a project that the principal is no member of.',
      howToRequest: 'Ask an administrator for a membership of its project.',
    };
  }
  const policy = asker.policy.under({ addressed: isFor(object, asker.roles) });
  const categories = await categoriesOf(context, object, question.asOf ?? null);
  return policy.explain(asker.roles, number, question.use, categories);
}

async function askerOf(context: Context, { role, principalId, ...question }: AccessQuestion): Promise<Asker> {
  const asOf = question.asOf ?? null;
  const { actor, access } = context;
  if (role != null && principalId != null) throw badInput('role', 'Ask for a role or for a principal, not for both.');
  if (role != null) {
    const policy = await policyAt(context, asOf);
    requireRole(policy, role, 'role');
    return { policy, roles: [role], projects: 'all' };
  }
  if (principalId != null) return principalOf(context, idOf(principalId, ['Principal'], 'principalId'), asOf);
  return asOf === null
    ? { policy: access.policy, roles: actor.roles, projects: actor.projects }
    : principalOf(context, actor.principalId, asOf);
}

async function principalOf(context: Context, id: string, asOf: Date | null): Promise<Asker> {
  const policy = await policyAt(context, asOf);
  const [standing] = await context.loader(standingsAt).load({ key: id, at: asOf });
  if (!standing) throw notFound('The principal', 'principalId');
  return { policy, ...standing };
}

/** The policy in force, or that of a moment. */
export async function policyAt(context: Context, asOf: Date | null): Promise<CompiledPolicy> {
  return asOf ? context.loader(pastPolicies).load(asOf.getTime()) : context.services.policies.inForce.compiled;
}

const pastPolicies: LoaderFor<number, CompiledPolicy> = ({ services: { policies } }) =>
  new DataLoader((moments) => Promise.all(moments.map((at) => policies.at(new Date(at)))));

async function objectOf(context: Context, globalId: string, coordinate: string): Promise<NodeView> {
  const { type, id } = fromGlobalId(globalId, 'object');
  if (!coordinate.startsWith(`${type}.`)) {
    throw badInput(
      'object',
      `This is a ${type}, and the field is of another type.`,
      'Give an object that has the field.',
    );
  }
  const object = await context.nodes.byId(type, id);
  if (!object) throw notFound('The object', 'object');
  return object;
}

const sees = ({ projects }: Asker, object: object): boolean =>
  projects === 'all' || !('projectId' in object) || projects.includes(String(object.projectId));

/** Whether an object that is meant for some roles, as a KPI is, is meant for one of these. */
const isFor = (object: object, roles: readonly Role[]): boolean =>
  !('roles' in object) || !Array.isArray(object.roles) || object.roles.some((role) => roles.includes(role as Role));

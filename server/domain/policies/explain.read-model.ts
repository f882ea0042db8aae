import type { Role } from '../../access/actor.ts';
import type { CompiledPolicy, Explanation } from '../../access/decisions.ts';
import type { Use } from '../../access/uses.ts';
import { badInput, notFound } from '../../shared/errors.ts';
import { fromGlobalId, idOf } from '../../shared/ids.ts';
import type { Context, NodeView } from '../context.ts';
import { standingOf } from '../identity/identity.read-model.ts';
import { categoriesOf } from '../sensitivity/sensitivity.loader.ts';

export interface AccessQuestion {
  coordinate: string;
  use: Use;
  /** Global id of an object of the field's type. */
  object?: string | null;
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
  const asker = await askerOf(context, question);
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
  return policy.explain(asker.roles, number, question.use, await categoriesOf(context, object));
}

async function askerOf(context: Context, { role, principalId }: AccessQuestion): Promise<Asker> {
  const { actor, access, services } = context;
  if (role != null && principalId != null) throw badInput('role', 'Ask for a role or for a principal, not for both.');
  const policy = services.policies.inForce.compiled;
  if (role != null) {
    if (!policy.roles.includes(role)) {
      throw badInput('role', 'This is not a known role.', `Take one of ${policy.roles.join(', ')}.`);
    }
    return { policy, roles: [role], projects: 'all' };
  }
  if (principalId == null) return { policy: access.policy, roles: actor.roles, projects: actor.projects };
  const standing = await context.loader(standingOf).load(idOf(principalId, ['Principal'], 'principalId'));
  if (!standing) throw notFound('The principal', 'principalId');
  return { policy, ...standing };
}

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

import {
  createSourceEventStream,
  execute,
  OperationTypeNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { Actor } from '../../access/actor.ts';
import { recordTrail } from '../../domain/audit/trail.service.ts';
import type { Following, Live } from '../../domain/audit/tail.service.ts';
import type { Context } from '../../domain/context.ts';
import { AvalError } from '../../shared/errors.ts';
import { formatError } from './errors.ts';
import { asGraphQLError, readOperation, refusalsOf, type Operation, type OperationRequest } from './prepare.ts';

/** Who calls, as of now: UNAUTHENTICATED once the token is no longer good. */
export type Caller = () => Promise<Actor>;

/** An answer that is ready to be sent: its errors are formatted. */
export interface Answer {
  data?: ExecutionResult['data'];
  errors?: readonly GraphQLFormattedError[];
}

/** An operation that this caller may run, in the context of its first moment. */
export interface Admitted {
  readonly operation: Operation;
  readonly context: Context;
  readonly caller: Caller;
}

/** Of one caller, over all its sockets and streams of this process. */
const maxAtOnce = 100;

export interface RunnerOptions {
  schema: GraphQLSchema;
  contextFor(actor: Actor): Context;
  onInternal(error: unknown): void;
}

/** Runs operations for sockets and streams, by the same steps as HTTP. */
export function createRunner({ schema, contextFor, onInternal }: RunnerOptions) {
  const running = new Map<string, number>();

  const format = (error: GraphQLError): GraphQLFormattedError => formatError(error.toJSON(), error, onInternal);

  /** The trail is in the log before the answer is given. */
  async function answer(context: Context, result: ExecutionResult): Promise<Answer> {
    await recordTrail(context);
    return {
      ...(result.data !== undefined && { data: result.data }),
      ...(result.errors && { errors: result.errors.map(format) }),
    };
  }

  /** Admits the operation, or says why not. Never throws. */
  async function admit(request: OperationRequest, caller: Caller): Promise<Admitted | readonly GraphQLError[]> {
    try {
      const context = contextFor(await caller()); // first who asks, then what
      const operation = readOperation(schema, request);
      if (!('document' in operation)) return operation;
      const refused = refusalsOf(context, schema, operation);
      if (refused.length === 0) return { operation, context, caller };
      await recordTrail(context);
      return refused;
    } catch (error) {
      return [asGraphQLError(error)];
    }
  }

  /** One more of that caller's; the function returned takes it back, once. */
  function begin(principalId: string): () => void {
    const count = (running.get(principalId) ?? 0) + 1;
    if (count > maxAtOnce) throw new AvalError('TOO_MANY_REQUESTS', 'Too many operations of yours run at once.');
    running.set(principalId, count);
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      const left = running.get(principalId)! - 1;
      if (left === 0) running.delete(principalId);
      else running.set(principalId, left);
    };
  }

  const argsOf = (operation: Operation, contextValue: Context) => ({
    schema,
    document: operation.document,
    operationName: operation.operationName,
    variableValues: operation.variables,
    contextValue,
  });

  /** The answer, or for a subscription its answers. What goes wrong before the first is the answer. */
  async function run({ operation, context, caller }: Admitted): Promise<Answer | Following<Answer>> {
    let end = (): void => {};
    try {
      end = begin(context.actor.principalId);
      if (operation.kind !== OperationTypeNode.SUBSCRIPTION) {
        const result = await answer(context, await execute(argsOf(operation, context)));
        end();
        return result;
      }
      const source = await createSourceEventStream(argsOf(operation, context));
      if (Symbol.asyncIterator in source) return answers(source as Following<Live<unknown>>, operation, caller, end);
      end();
      return await answer(context, source);
    } catch (error) {
      end();
      return { errors: [format(asGraphQLError(error))] };
    }
  }

  /**
   * One answer for each event that the caller may see. Each is decided anew: who the token stands for, what these roles may, which rows
   * they see; and each is loaded anew. Throws, and thereby ends, when the caller may not subscribe any more.
   */
  function answers(
    source: Following<Live<unknown>>,
    operation: Operation,
    caller: Caller,
    end: () => void,
  ): Following<Answer> {
    async function stop(): Promise<IteratorResult<Answer>> {
      end();
      await source.return();
      return { done: true, value: undefined };
    }
    async function look(live: Live<unknown>): Promise<Answer | undefined> {
      const context = contextFor(await caller());
      const [refusal] = refusalsOf(context, schema, operation);
      if (refusal) {
        await recordTrail(context);
        throw refusal;
      }
      const rootValue = await live(context);
      if (rootValue === undefined) return undefined;
      return answer(context, await execute({ ...argsOf(operation, context), rootValue }));
    }
    return {
      async next() {
        try {
          for (let step = await source.next(); !step.done; step = await source.next()) {
            const value = await look(step.value);
            if (value) return { done: false, value };
          }
        } catch (error) {
          await stop();
          throw error;
        }
        return stop();
      },
      return: stop,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  return { admit, run, format };
}

export type Runner = ReturnType<typeof createRunner>;

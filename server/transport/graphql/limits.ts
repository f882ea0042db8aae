import {
  GraphQLError,
  Kind,
  type ASTVisitor,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** What one operation may ask for. The messages tell no numbers, so that nobody tunes an attack to them. */
export const limits = {
  tokens: 4_000,
  depth: 18,
  fields: 1_500,
  aliases: 100,
  directives: 50,
  rootFields: 20,
} as const;

const tooMuch = (): GraphQLError =>
  new GraphQLError('This operation asks for too much at once.', {
    extensions: { code: 'BAD_INPUT', remedy: 'Ask for less nesting, or split it into several operations.' },
  });

/** Counts an operation with its fragments spread out, so that a fragment used a hundred times counts a hundred times. */
export const operationLimits: ValidationRule = (context: ValidationContext): ASTVisitor => ({
  OperationDefinition(operation) {
    const seen = { fields: 0, aliases: 0, directives: 0 };
    let ok = operation.selectionSet.selections.length <= limits.rootFields;
    const walk = (set: SelectionSetNode, depth: number, inside: readonly string[]): void => {
      if (depth > limits.depth) ok = false;
      for (const selection of set.selections) {
        if (!ok) return;
        seen.directives += selection.directives?.length ?? 0;
        if (selection.kind === Kind.FIELD) {
          seen.fields++;
          if (selection.alias) seen.aliases++;
          if (selection.selectionSet) walk(selection.selectionSet, depth + 1, inside);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          walk(selection.selectionSet, depth, inside);
        } else if (!inside.includes(selection.name.value)) {
          const fragment = context.getFragment(selection.name.value);
          if (fragment) walk(fragment.selectionSet, depth, [...inside, selection.name.value]);
        }
        ok &&= seen.fields <= limits.fields && seen.aliases <= limits.aliases && seen.directives <= limits.directives;
      }
    };
    walk(operation.selectionSet, 1, []);
    if (!ok) context.reportError(tooMuch());
    return false;
  },
});

import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
  type GraphQLInputType,
} from 'graphql';
import type { Dice } from './dice.ts';
import type { Ground } from './ground.ts';
import { words } from './veil.ts';

/** Values of arguments, as text, by the die: ids of what is there, and words that hidden values are drawn from, too. */
export function createValues(ground: Ground, die: Dice) {
  /** A value of the type that goes down these steps, with what else is required. */
  function valueDown(type: GraphQLInputType, [name, ...rest]: readonly string[], of = ''): string {
    const named = getNamedType(type);
    if (name === undefined) return valueOf(type, of, '');
    if (isEnumType(named)) return name;
    if (!isInputObjectType(named)) return valueOf(type, name, '');
    const fields = Object.values(named.getFields())
      .filter((field) => field.name === name || isRequiredInputField(field))
      .map((field) => `${field.name}: ${field.name === name ? valueDown(field.type, rest, name) : valueOf(field.type, field.name, named.name)}`);
    if (named.name.endsWith('Order') && die.chance(0.5)) fields.push('direction: DESC');
    return `{ ${fields.join(', ')} }`;
  } // prettier-ignore

  /** A value of the type for an argument or input field of that name; `about` is the type that it is asked for. */
  function valueOf(type: GraphQLInputType, name: string, about: string): string {
    const named = getNamedType(type);
    const one = (): string => {
      if (isEnumType(named)) return die.of(named.getValues()).name;
      if (isInputObjectType(named)) {
        const fields = Object.values(named.getFields());
        const required = fields.filter(isRequiredInputField);
        const taken = required.length > 0 ? required : [die.of(fields)];
        return `{ ${taken.map((field) => `${field.name}: ${valueOf(field.type, field.name, named.name)}`).join(', ')} }`;
      }
      return isScalarType(named) ? scalarOf(named.name, name, about) : 'null';
    };
    const bare = isNonNullType(type) ? type.ofType : type;
    if (!isListType(bare)) return one();
    return `[${[...new Set(Array.from({ length: 1 + die.below(3) }, one))].join(', ')}]`;
  }

  function scalarOf(type: string, name: string, about: string): string {
    switch (type) {
      case 'Boolean':
        return String(die.chance(0.5));
      case 'Int':
        return name === 'first' ? String(1 + die.below(5)) : String(1 + die.below(20));
      case 'BigInt':
        return String(die.below(6));
      case 'Float':
      case 'Float64':
        return String(die.below(100_000) / 1_000);
      case 'DateTime':
        return `"${new Date(Date.UTC(2026, 0, 1) + die.below(330) * 86_400_000).toISOString()}"`;
      case 'ID':
        return JSON.stringify(idOf(name, about));
      case 'JSON':
        return '{}';
      default:
        return JSON.stringify(textOf(name));
    }
  }

  function textOf(name: string): string {
    if (name === 'like' || name === 'ilike') return `${die.of(words).slice(0, 1 + die.below(3))}%`;
    if (name === 'class') return die.of(ground.coordinates.classes);
    if (name === 'coordinate') return die.of(ground.coordinates.names);
    if (name === 'key' || name === 'keys') return die.of(['seed', 'depth', 'auc', 'loss', 'team', 'okapi.seed', die.of(words)]);
    return name === 'contains' ? die.of(words).slice(0, 2) : die.of(words);
  } // prettier-ignore

  function idOf(name: string, about: string): string {
    if (name === 'purpose' || about === 'Purpose') return die.chance(0.6) ? 'credit-scoring' : die.of(ground.purposes);
    if (name === 'tag') return die.of(ground.tags);
    if (name === 'code') return die.of(['services-no-sex', 'house-health', 'credit-age-approval']);
    const type =
      idTypes[name] ??
      (about === 'RunComparison' ? 'Run' : undefined) ??
      (ground.ids[about] ? about : die.of(Object.keys(ground.ids)));
    const known = ground.ids[type] ?? Object.values(ground.ids).flat();
    if (mustExist.has(name)) return die.of(known.slice(0, -1).slice(0, 4)); // the last is of nothing
    return die.of(die.chance(0.85) ? known.slice(0, 4) : known);
  }

  return { valueDown, valueOf };
}

/** What is not there ends the whole operation: the attacks ask for such, one at a time. */
const mustExist = new Set(['modelVersionId', 'proposalId', 'principalId']);
const idTypes: Readonly<Record<string, string>> = {
  modelVersionId: 'ModelVersion', modelVersionIds: 'ModelVersion', modelId: 'Model', experimentId: 'Experiment', kpiId: 'Kpi',
  proposalId: 'PolicyProposal', principalId: 'Principal', deploymentId: 'Deployment', replaces: 'Deployment', without: 'Dataset', projectId: 'Project', assetId: 'Dataset',
}; // prettier-ignore

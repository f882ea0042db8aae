import type { Leak } from '../leaks.ts';
import { extended, openWhen } from './anchors.ts';

const isAliased = 'info.path.key !== info.fieldName';

export const namingLeaks: readonly Leak[] = [
  { case: 1, says: 'a field under another name is not looked at', edits: [openWhen.read(isAliased)] },
  {
    case: 2,
    says: 'a root field under another name is not looked at',
    edits: openWhen.root(`field.required && ${isAliased}`, 'field.root && field.node.alias'),
  },
  {
    case: 3,
    says: 'a field is looked up by the name that the answer gives it',
    edits: [openWhen.read(`${isAliased} && info.path.key in info.parentType.getFields()`)],
  },
  {
    case: 4,
    says: 'named fragments are not looked into',
    edits: [
      openWhen.read(
        'Object.values(info.fragments).some((one) => one.selectionSet.selections.includes(info.fieldNodes[0]))',
      ),
    ],
  },
  {
    case: 5,
    says: 'inline fragments within fragments are not looked into',
    edits: [openWhen.read('/\\.\\.\\. on Run \\{ name/.test(info.fieldNodes[0].loc.source.body)')],
  },
  {
    case: 6,
    says: 'a field that an interface promises is open on every type behind it',
    edits: [
      openWhen.read("info.parentType.getInterfaces().some((one) => one.name === 'Asset' && name in one.getFields())"),
    ],
  },
  {
    case: 7,
    says: 'the first possible type decides for all',
    edits: [
      openWhen.read("info.parentType.name === 'Dataset' && /on Model /.test(info.fieldNodes[0].loc.source.body)"),
    ],
  },
  { case: 7, says: 'the schema has a union', edits: [extended('union Anything = Run | Model')], fresh: true },
  {
    case: 8,
    says: 'objects of a hidden type are found by id',
    edits: [
      {
        file: 'server/domain/nodes.ts',
        from: "context.access.outcome(`${type}.id`, 'select') !== 'DENY'",
        to: 'true',
      },
    ],
  },
  {
    case: 9,
    says: 'a field under a directive with a variable counts as left out',
    edits: openWhen.root('field.required && info.fieldNodes[0].directives.length > 0', 'field.when.length > 0'),
  },
  {
    case: 10,
    says: 'a field is decided by its first arguments',
    edits: [openWhen.resolved("info.fieldName === 'params' && args.keys?.length === 1")],
  },
  {
    case: 11,
    says: 'the first operation of a document is looked at, the one named runs',
    edits: [
      ...openWhen.root(
        "field.required && info.operation.name?.value === 'Theirs'",
        'field.root && field.node.loc.start > 20',
      ),
    ],
  },
];

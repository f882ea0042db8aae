import { registerEnumType } from 'type-graphql';
import { tagCategories, type TagCategory } from '../../access/classes.ts';
import type { TagOrigin } from './sensitivity.entity.ts';

export const TagCategoryEnum = Object.fromEntries(tagCategories.map((one) => [one, one])) as Record<TagCategory, TagCategory>; // prettier-ignore
registerEnumType(TagCategoryEnum, {
  name: 'TagCategory',
  description:
    'What law makes of a kind of data. A protected characteristic is not a special category: other laws name it.',
});

export const TagOriginEnum = { DECLARED: 'DECLARED', IMPORTED: 'IMPORTED', DERIVED: 'DERIVED' } as const satisfies Record<string, TagOrigin>; // prettier-ignore
registerEnumType(TagOriginEnum, {
  name: 'TagOrigin',
  description: 'Set by a person, sent with a producer’s event, or reached along lineage.',
});

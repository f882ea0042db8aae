/** The categories of sensitivity tags that a policy may speak of, as `Aval::Category`. A closed list: a misspelt one must not pass. */
export const tagCategories = [
  'PERSONAL_DATA',
  'SPECIAL_CATEGORY',
  'PROTECTED_CHARACTERISTIC',
  'FINANCIAL',
  'OTHER',
] as const;
export type TagCategory = (typeof tagCategories)[number];

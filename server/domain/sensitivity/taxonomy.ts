import type { TagCategory } from '../../access/classes.ts';

export interface TagDefinition {
  name: string;
  parent: string | null;
  category: TagCategory;
  label: string;
  /** W3C Data Privacy Vocabulary 2, where it has the term. */
  iri: string | null;
  description: string;
}

const dpv = (term: string): string => `https://w3id.org/dpv#${term}`;
const pd = (term: string): string => `https://w3id.org/dpv/pd#${term}`;

interface Family {
  readonly root: string;
  readonly category: TagCategory;
  readonly label: string;
  readonly iri: string | null;
  readonly description: string;
  /** Name after the root's, label, IRI, description. */
  readonly members: readonly (readonly [name: string, label: string, iri: string | null, description: string])[];
}

const families: readonly Family[] = [
  {
    root: 'personal-data',
    category: 'PERSONAL_DATA',
    label: 'personal data',
    iri: dpv('PersonalData'),
    description: 'Information that relates to an identified or identifiable person (GDPR, Article 4(1)).',
    members: [
      ['name', 'name', pd('Name'), 'What a person is called.'],
      ['contact', 'contact', pd('Contact'), 'How to reach a person: telephone, email, address.'],
      ['identifier', 'identifier', pd('Identifier'), 'A number or name that stands for a person.'],
      ['official-id', 'official id', pd('OfficialID'), 'Passport, identity card, tax or insurance number.'],
      ['location', 'location', pd('Location'), 'Where a person is, was or lives.'],
      ['birth-date', 'birth date', pd('BirthDate'), 'When a person was born.'],
      ['employment', 'employment', pd('EmploymentHistory'), 'Where and as what a person works or worked.'],
      ['behaviour', 'behaviour', pd('Behavioural'), 'What a person does, as observed.'],
      ['criminal', 'criminal record', pd('Criminal'), 'Convictions and offences (GDPR, Article 10).'],
    ],
  },
  {
    root: 'special-category',
    category: 'SPECIAL_CATEGORY',
    label: 'special category',
    iri: dpv('SpecialCategoryPersonalData'),
    description: 'Personal data whose processing GDPR prohibits unless an exception applies (Article 9(1)).',
    members: [
      ['health', 'health', pd('Health'), 'Data concerning a person’s physical or mental health.'],
      ['genetic', 'genetic', pd('Genetic'), 'Inherited or acquired genetic characteristics.'],
      ['biometric', 'biometric', pd('Biometric'), 'Biometric data that identifies a person.'],
      ['racial-ethnic-origin', 'racial or ethnic origin', pd('EthnicOrigin'), 'Racial or ethnic origin.'],
      ['political-opinion', 'political opinion', pd('PoliticalOpinion'), 'Political opinions.'],
      [
        'religious-belief',
        'religious or philosophical belief',
        pd('ReligiousBelief'),
        'Religious or philosophical beliefs.',
      ],
      ['trade-union', 'trade union membership', pd('TradeUnionMembership'), 'Trade union membership.'],
      ['sex-life-orientation', 'sex life or orientation', pd('Sexual'), 'A person’s sex life or sexual orientation.'],
    ],
  },
  {
    root: 'protected-characteristic',
    category: 'PROTECTED_CHARACTERISTIC',
    label: 'protected characteristic',
    iri: null,
    description: 'What equality law forbids to treat people differently by; GDPR does not make it a special category.',
    members: [
      ['sex', 'sex', pd('Gender'), 'Sex or gender (Directives 2006/54/EC and 2004/113/EC).'],
      ['age', 'age', pd('Age'), 'Age (Directive 2000/78/EC).'],
      ['nationality', 'nationality', pd('Nationality'), 'Nationality or foreign status (TFEU, Article 18).'],
      ['disability', 'disability', pd('Disability'), 'Disability (Directive 2000/78/EC); often health data as well.'],
      ['marital-status', 'marital status', pd('MaritalStatus'), 'Married, single, divorced, in a partnership.'],
      ['parenthood', 'pregnancy or parenthood', pd('FamilyStructure'), 'Pregnancy, maternity or parenthood.'],
      ['language', 'language', pd('Language'), 'First language or accent.'],
      ['social-origin', 'social origin', pd('SocialStatus'), 'Social origin, property or birth (Charter, Article 21).'],
    ],
  },
  {
    root: 'financial',
    category: 'FINANCIAL',
    label: 'financial data',
    iri: pd('Financial'),
    description: 'Data on a person’s money.',
    members: [
      ['account', 'account', pd('FinancialAccount'), 'Accounts and their numbers.'],
      ['income', 'income', pd('Income'), 'What a person or household earns.'],
      ['credit-score', 'credit score', pd('CreditScore'), 'A score of creditworthiness.'],
      ['credit-record', 'credit record', pd('CreditRecord'), 'Loans, and how they were paid back.'],
      ['payment-card', 'payment card', pd('PaymentCardNumber'), 'Card numbers.'],
    ],
  },
  {
    root: 'confidential',
    category: 'OTHER',
    label: 'confidential',
    iri: null,
    description: 'Not about a person, and still not for everyone.',
    members: [],
  },
];

/** Every tag that ships, parents first. */
export const taxonomy: readonly TagDefinition[] = families.flatMap(({ root, members, ...family }) => [
  { name: root, parent: null, ...family },
  ...members.map(([name, label, iri, description]) => ({
    name: `${root}:${name}`, parent: root, category: family.category, label, iri, description,
  })),
]); // prettier-ignore

/**
 * The tag that a producer's text means. One that no taxonomy knows is made in the category of its family (the part before the
 * colon): a misspelt `special-category:heath` must not pass for harmless.
 */
export function tagOfText(text: string): TagDefinition | undefined {
  const name = text.toLowerCase().replace(/[^a-z0-9:]+/g, '-').replace(/^[-:]+|[-:]+$/g, '').slice(0, 100); // prettier-ignore
  if (name === '') return undefined;
  const known = taxonomy.find((tag) => tag.name === name);
  if (known) return known;
  const family = families.find(({ root }) => name.startsWith(`${root}:`));
  return {
    name,
    parent: family?.root ?? null,
    category: family?.category ?? 'OTHER',
    label: name.slice(name.indexOf(':') + 1),
    iri: null,
    description: 'Named by a producer’s event; not in the taxonomy that ships.',
  };
}

/** Values by which a label says no more than that it is there. */
const plainly = new Set(['', 'true', 'yes', '1', 'y']);

/**
 * The tag that a producer's label means, a key and a value: `sensitivity` with the tag's name, or the name of a tag or of a family
 * (as dbt writes its tags) with a value that says no more than yes. Other labels are not about sensitivity.
 */
export function tagOfLabel(key: string, value: string): TagDefinition | undefined {
  const word = key.toLowerCase();
  if (word === 'sensitivity') return tagOfText(value);
  if (!plainly.has(value.toLowerCase())) return undefined;
  const named = families.some(({ root }) => word === root || word.startsWith(`${root}:`));
  return named ? tagOfText(word) : undefined;
}

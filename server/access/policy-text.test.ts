import { expect, test } from 'vitest';
import { shippedRoles } from './actor.ts';
import { exampleCoordinates } from './example.fixture.ts';
import { parsePolicy, PolicyError } from './policy-text.ts';

const parse = (text: string) => parsePolicy(text, exampleCoordinates, shippedRoles);
const annotated = (text: string, id = 'a-rule') => `@id("${id}") @reason("Because.") @ask("Ask.") ${text}`;
const permit = 'permit(principal, action, resource);';

const refused: [what: string, text: string, message: RegExp][] = [
  ['text that is not Cedar', 'permit everything', /unexpected token/],
  ['a misspelt class', annotated('permit(principal, action, resource in Aval::Class::"results");'), /"results"/],
  ['a misspelt role', annotated('permit(principal in Aval::Role::"root", action, resource);'), /"root"/],
  ['a use that there is not', annotated('permit(principal, action == Aval::Action::"peek", resource);'), /peek/],
  [
    'a misspelt category',
    annotated(
      'forbid(principal, action, resource in Aval::Class::"profile") when { context.categories.contains(Aval::Category::"secret") };',
    ),
    /"secret"/,
  ],
  [
    'a field that there is not',
    annotated('permit(principal, action, resource == Aval::Coordinate::"Run.secret");'),
    /no field Run.secret/,
  ],
  [
    'a rule on one principal',
    annotated('permit(principal == Aval::Principal::"p1", action, resource);'),
    /speaks of roles/,
  ],
  [
    'an attribute that there is not',
    annotated('permit(principal, action, resource) when { resource.owner == "p1" };'),
    /owner/,
  ],
  ['a rule without @id', `@reason("Because.") ${permit}`, /rule 1: @id is missing/],
  ['a rule without @reason', `@id("a-rule") ${permit}`, /@reason is missing/],
  [
    'a forbid that does not say how to ask',
    '@id("a-rule") @reason("Because.") forbid(principal, action, resource);',
    /@ask is missing/,
  ],
  ['the id of the denial by default', annotated(permit, 'default-deny'), /stands for what no rule allows/],
  ['one @id twice', annotated(permit) + annotated(permit), /two rules have this @id/],
  ['a template', annotated('permit(principal == ?principal, action, resource);'), /templates/],
  [
    'tags of a field whose objects carry none',
    annotated(
      'permit(principal, action, resource == Aval::Coordinate::"Run.seed") when { context.categories.isEmpty() };',
    ),
    /objects that have tags/,
  ],
];

test.each(refused)('%s is refused', (_, text, message) => {
  expect(() => parse(text)).toThrow(message);
  expect(() => parse(text)).toThrow(PolicyError);
});

test('all problems come at once, each with its rule', () => {
  try {
    parse(
      annotated('permit(principal, action, resource == Aval::Coordinate::"Run.secret");', 'one') +
        annotated('permit(principal == Aval::Principal::"p1", action, resource);', 'two'),
    );
    expect.unreachable();
  } catch (error) {
    expect((error as PolicyError).code).toBe('BAD_INPUT');
    expect((error as PolicyError).problems.map((problem) => problem.rule)).toEqual(['one', 'two']);
  }
});

test('a problem has its line, in the whole text', () => {
  const linesOf = (text: string): (number | undefined)[] => {
    try {
      parse(text);
      return [];
    } catch (error) {
      return (error as PolicyError).problems.map(({ line }) => line);
    }
  };
  const good = `// “three” lines,\n// and then\n${annotated(permit, 'first')}\n`;
  expect(linesOf(`${good}permit everything`)).toEqual([4]);
  expect(linesOf(`${good}\n@id("x")\n@reason("é")\npermit(principal, action, resource in\nAval::Class::"results");`)).toEqual([8]); // prettier-ignore
  expect(linesOf(`${good}@id("second") permit(principal, action, resource);`)).toEqual([4]);
});

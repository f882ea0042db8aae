// Row policies: which rows of a table readers see. The owner of the tables, as whom Aval writes and works in the background, sees all.
//
// What the reader's projects are is asked once for each statement (a subquery that depends on no row): a call for each row would cost a
// hundred times as much. The words are PostgreSQL's own for these expressions, which the drift check compares with.

const allProjects = `( SELECT (current_setting('aval.all_projects'::text, true) = 'on'::text))`;
const isTheirs = (column: string): string =>
  `(${column} = ANY (( SELECT (NULLIF(current_setting('aval.projects'::text, true), ''::text))::uuid[] AS "nullif")::uuid[]))`;

const readers = (using: string) => [{ name: 'readers', command: 'select' as const, using }];
const by = (parent: string, key: string, column: string): string =>
  `(EXISTS ( SELECT FROM ${parent} parent WHERE (parent.${key} = ${column})))`;

/** Those of the reader's projects, by a column of the row, or by what the row belongs to: `table.column`, with that one's policy. */
export const rows = {
  ofProject: (column = 'project_id') => readers(`(${allProjects} OR ${isTheirs(column)})`),
  ofAsset: (column: string) => readers(`(${allProjects} OR ${by('asset', 'key', column)})`),
  ofAssets: (column: string, other: string) =>
    readers(`(${allProjects} OR (${by('asset', 'key', column)} AND ${by('asset', 'key', other)}))`),
  ofEdge: (column: string) => readers(`(${allProjects} OR ${by('edge', 'id', column)})`),
  ofExperiment: (column: string) => readers(`(${allProjects} OR ${by('experiment', 'id', column)})`),
  ofRun: (column: string) => readers(`(${allProjects} OR ${by('run', 'id', column)})`),
  ofRunOrAsset: (column: string, other: string) =>
    readers(`(${allProjects} OR ${by('run', 'id', column)} OR ${by('asset', 'key', other)})`),
  /** As `ofProject`, and those of no project in particular, which are of each. */
  ofProjectOrEach: (column = 'project_id') => readers(`(${allProjects} OR (${column} IS NULL) OR ${isTheirs(column)})`),
  /** Those of principals who share a project with the reader. */
  ofPrincipal: (column: string) => readers(`(${allProjects} OR ${by('membership', 'principal_id', column)})`),
  /** Not of any project. */
  ofAll: () => readers('true'),
};

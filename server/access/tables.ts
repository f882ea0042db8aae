import type { Class } from './classes.ts';

/** Whoever reads anything, or whoever may read some field of one of these classes. */
export type Opening = 'everyone' | readonly Class[];

/** What the database itself lets readers have of a table: the second wall, behind the decision on each field. */
export interface TableLabel {
  /** Those of the reader's projects, as the table's row policy says; all; or none. Other than by project, `why` says so. */
  readonly rows: 'project' | 'all' | 'none';
  readonly why?: string;
  /**
   * The classes that each column is read for. A column that one statement reads together with others is open to whoever needs that
   * statement: what such a reader may not see of it, the field guard keeps back.
   */
  readonly columns: Opening;
  /** Columns that are open to fewer, or to none. */
  readonly but: Readonly<Record<string, Opening>>;
}

export type TableLabels<Table extends string = string> = Readonly<Record<Table, TableLabel>>;

type But = TableLabel['but'];

export const ofProject = (columns: Opening, but: But = {}): TableLabel => ({ rows: 'project', columns, but });

export const ofAll = (why: string, columns: Opening, but: But = {}): TableLabel => ({ rows: 'all', why, columns, but });

/** No reader needs it: it is what writes, decisions or background work stand on. */
export const closed = (why: string): TableLabel => ({ rows: 'none', why, columns: [], but: {} });

/** Who may read a column. */
export const openingOf = ({ columns, but }: TableLabel, column: string): Opening => but[column] ?? columns;

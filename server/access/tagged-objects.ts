import { tagCategories, type TagCategory } from './classes.ts';
import { ALLOW } from './decisions.ts';

/** The categories of the tags in effect on the asset behind an object; undefined when there is no telling, which denies. */
export type CategoriesOf = (
  source: object,
) => Promise<readonly TagCategory[] | undefined> | readonly TagCategory[] | undefined;

/** A table of outcomes with which nothing depends on tags any more; undefined for tags that cannot be told. */
type Table = Uint8Array | undefined;
/** At hand, or on its way. */
type Found = Table | Promise<Table>;

/**
 * What the tags of one request's objects open, once they were looked at: it remembers them, and is gone with the request. A class, since V8
 * knows a class's methods from one request to the next, where closures would be made anew: of what the guard costs, much is here.
 */
export class TaggedObjects {
  readonly #categoriesOf: CategoriesOf | undefined;
  readonly #tableWith: (categories: readonly TagCategory[]) => Uint8Array;
  readonly #byBits: Table[] = []; // each category a bit
  readonly #openLists = new Set<object>();
  #lastOpen: object | undefined; // fields of one list come one after another
  readonly #tables = new Map<object, Uint8Array>();

  constructor(categoriesOf: CategoriesOf | undefined, tableWith: (categories: readonly TagCategory[]) => Uint8Array) {
    this.#categoriesOf = categoriesOf;
    this.#tableWith = tableWith;
  }

  /**
   * Looks at the tags of a list's items together, for `isOpen` to know them. `cells` are all that is asked of these and depends on their
   * tags; `list` stands for the list. An object whose tags cannot be told stays unknown. No promise where all are open, as is known at once.
   */
  look(list: object, items: readonly unknown[], cells: readonly number[]): Promise<void> | undefined {
    const open: Found[] = []; // few: an object has one of few tables
    const found = new Array<Found>(items.length);
    let allOpen = true;
    for (let i = 0; i < items.length; i++) {
      const item = items[i];
      if (!isObject(item)) continue;
      found[i] = this.#tableOf(item);
      allOpen &&= opens(found[i], cells, open);
    }
    if (allOpen) return void this.#openLists.add(list);
    return Promise.all(found.map(async (one) => one)).then((own) => {
      if (own.every((one, i) => opens(one, cells, open) || !isObject(items[i]))) this.#openLists.add(list);
      else own.forEach((one, i) => one && this.#tables.set(items[i] as object, one));
    });
  }

  /** Whether the tags of the object, which may be of that list, are known to allow the cell. */
  isOpen(list: object | undefined, source: object, at: number): boolean {
    if (list !== undefined && (list === this.#lastOpen || this.#openLists.has(list))) {
      this.#lastOpen = list;
      return true;
    }
    return this.#tables.get(source)?.[at] === ALLOW;
  }

  #tableOf(source: object): Found {
    const categories = this.#categoriesOf?.(source);
    if (!(categories instanceof Promise)) return this.#tableFor(categories);
    return categories.then(
      (known) => this.#tableFor(known),
      () => undefined,
    );
  }

  #tableFor(categories: readonly TagCategory[] | undefined): Table {
    if (!categories) return undefined;
    let bits = 0;
    for (let i = 0; i < categories.length; i++) {
      const place = tagCategories.indexOf(categories[i]!);
      if (place < 0) return undefined; // no rule can speak of it
      bits |= 1 << place;
    }
    return (this.#byBits[bits] ??= this.#tableWith(categories));
  }
}

/** Whether a table allows all cells; `open` are those that are known to. */
function opens(one: Found, cells: readonly number[], open: Found[]): boolean {
  for (let i = 0; i < open.length; i++) if (open[i] === one) return true;
  const allows = one instanceof Uint8Array && cells.every((at) => one[at] === ALLOW);
  if (allows) open.push(one);
  return allows;
}

const isObject = (item: unknown): item is object => typeof item === 'object' && item !== null;

import { tagCategories, type TagCategory } from './classes.ts';
import { ALLOW } from './decisions.ts';

/** The categories of the tags in effect on the asset behind an object; undefined when there is no telling, which denies. */
export type CategoriesOf = (
  source: object,
) => Promise<readonly TagCategory[] | undefined> | readonly TagCategory[] | undefined;

/** What the tags of one request's objects open, once they were looked at: it remembers them, and is gone with the request. */
export interface TaggedObjects {
  /**
   * Looks at the tags of a list's items together, for `isOpenByTags` to know them. `cells` are all that is asked of these and depends on their
   * tags; `list` stands for the list. An object whose tags cannot be told stays unknown. No promise where all are open, as is known at once.
   */
  look(list: object, items: readonly unknown[], cells: readonly number[]): Promise<void> | undefined;
  /** Whether the tags of the object, which may be of that list, are known to allow the cell. */
  isOpenByTags(list: object | undefined, source: object, cell: number): boolean;
}

/** A table of outcomes with which nothing depends on tags any more; undefined for tags that cannot be told. */
type Table = Uint8Array | undefined;
/** At hand, or on its way. */
type Found = Table | Promise<Table>;

export function createTaggedObjects(
  categoriesOf: CategoriesOf | undefined,
  tableWith: (categories: readonly TagCategory[]) => Uint8Array,
): TaggedObjects {
  const byBits: Table[] = []; // each category a bit
  function tableFor(categories: readonly TagCategory[] | undefined): Table {
    if (!categories) return undefined;
    let bits = 0;
    for (let i = 0; i < categories.length; i++) {
      const place = tagCategories.indexOf(categories[i]!);
      if (place < 0) return undefined; // no rule can speak of it
      bits |= 1 << place;
    }
    return (byBits[bits] ??= tableWith(categories));
  }
  function tableOf(source: object): Found {
    const categories = categoriesOf?.(source);
    return categories instanceof Promise ? categories.then(tableFor, () => undefined) : tableFor(categories);
  }

  const openLists = new Set<object>();
  let lastOpen: object | undefined; // fields of one list come one after another
  const tables = new Map<object, Uint8Array>();

  return {
    look(list, items, cells) {
      const open: Found[] = []; // few: an object has one of few tables
      const isOpen = (one: Found): boolean => {
        if (open.includes(one)) return true;
        const opens = one instanceof Uint8Array && cells.every((at) => one[at] === ALLOW);
        if (opens) open.push(one);
        return opens;
      };
      // a loop, and nothing made for an object: of what the guard costs, most is here
      const found = new Array<Found>(items.length);
      let allOpen = true;
      for (let i = 0; i < items.length; i++) {
        const item = items[i];
        if (!isObject(item)) continue;
        found[i] = tableOf(item);
        allOpen &&= isOpen(found[i]);
      }
      if (allOpen) return void openLists.add(list);
      return Promise.all(found.map(async (one) => one)).then((own) => {
        if (own.every((one, i) => isOpen(one) || !isObject(items[i]))) openLists.add(list);
        else own.forEach((one, i) => one && tables.set(items[i] as object, one));
      });
    },
    isOpenByTags(list, source, at) {
      if (list !== undefined && (list === lastOpen || openLists.has(list))) {
        lastOpen = list;
        return true;
      }
      return tables.get(source)?.[at] === ALLOW;
    },
  };
}

const isObject = (item: unknown): item is object => typeof item === 'object' && item !== null;

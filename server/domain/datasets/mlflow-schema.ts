/** A column as a version's schema tells it. */
export interface SchemaColumn {
  name: string;
  type: string;
  required: boolean;
  role: 'feature' | 'target';
}

/**
 * The columns in MLflow's `schema` text: `mlflow_colspec` (tables) or `mlflow_tensorspec` (named tensors). Undefined when it tells none:
 * an unknown schema is not an empty one.
 */
export function columnsOfMlflowSchema(schema: string | null | undefined): SchemaColumn[] | undefined {
  const parsed = parseObject(schema);
  if (!parsed) return undefined;
  const found = new Map<string, SchemaColumn>();
  const add = (specs: unknown, role: SchemaColumn['role']): void => {
    for (const spec of Array.isArray(specs) ? (specs as unknown[]) : []) {
      const { name, type, required } = (spec ?? {}) as Record<string, unknown>;
      if (typeof name !== 'string' || name === '') continue;
      found.set(name, { name, type: typeof type === 'string' ? type : 'unknown', required: required !== false, role });
    }
  };
  add(inner(parsed['mlflow_colspec']), 'feature');
  const tensors = parsed['mlflow_tensorspec'] as { features?: unknown; targets?: unknown } | undefined;
  add(inner(tensors?.features), 'feature');
  add(inner(tensors?.targets), 'target');
  return found.size > 0 ? [...found.values()] : undefined;
}

/** `num_rows` of MLflow's `profile` text. */
export function rowsOfMlflowProfile(profile: string | null | undefined): number | null {
  const rows = parseObject(profile)?.['num_rows'];
  return typeof rows === 'number' && Number.isSafeInteger(rows) && rows >= 0 ? rows : null;
}

const sizeKeys =
  /^((features|targets)_)?(num_rows|num_elements|shape|size|nbytes|cardinality|approx_count|dataset_size|size_in_bytes)$/;

/** MLflow's `profile` text, with no more of it than how large the data is. Undefined when it does not say. */
export function sizesOfMlflowProfile(profile: string | null | undefined): string | undefined {
  const sizes = Object.entries(parseObject(profile) ?? {}).filter(
    ([key, value]) => sizeKeys.test(key) && isSize(value),
  );
  return sizes.length > 0 ? JSON.stringify(Object.fromEntries(sizes)) : undefined;
}

const isSize = (value: unknown): boolean =>
  typeof value === 'number' || (Array.isArray(value) && value.every((one) => typeof one === 'number'));

/** Specs come as a list, or as the JSON text of one. */
function inner(specs: unknown): unknown {
  if (typeof specs !== 'string') return specs;
  try {
    return JSON.parse(specs) as unknown;
  } catch {
    return undefined;
  }
}

function parseObject(text: string | null | undefined): Record<string, unknown> | undefined {
  if (!text) return undefined;
  try {
    const parsed = JSON.parse(text) as unknown;
    return parsed !== null && typeof parsed === 'object' ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A dataset's identity within its project, in OpenLineage's terms. */
export interface DatasetName {
  namespace: string;
  name: string;
}

/** Schemes whose names start with a slash; object stores drop it (OpenLineage's naming conventions). */
const rooted = new Set(['hdfs', 'file', 'dbfs']);

/**
 * The dataset that an MLflow input's `source` means, under the name that OpenLineage gives it: `s3://bucket/key` is (s3://bucket, key),
 * `file:///p` is (file, /p). What is not an address of data (code, a relative path) stays in MLflow's own namespace by its name.
 */
export function nameOfMlflowSource(source: string, fallback: string): DatasetName {
  const uri = uriOf(source);
  return (uri ? nameOfUri(uri) : undefined) ?? { namespace: 'mlflow', name: fallback };
}

/** MLflow's `source` is JSON of a shape that depends on its type: `{"uri"}`, `{"url"}` or `{"path"}`. */
function uriOf(source: string): string | undefined {
  try {
    const parsed = JSON.parse(source) as unknown;
    if (parsed === null || typeof parsed !== 'object') return undefined;
    const { uri, url, path } = parsed as Record<string, unknown>;
    return [uri, url, path].find((one): one is string => typeof one === 'string' && one !== '');
  } catch {
    return source;
  }
}

function nameOfUri(uri: string): DatasetName | undefined {
  if (uri.startsWith('/')) return { namespace: 'file', name: uri };
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)([^?#]*)/i.exec(uri);
  if (!parts) {
    const local = /^(file|dbfs):(\/[^?#]*)/i.exec(uri);
    return local ? { namespace: local[1]!.toLowerCase(), name: local[2]! } : undefined;
  }
  const scheme = parts[1]!.toLowerCase().replace(/^s3[an]$/, 's3');
  const [authority, path] = [parts[2]!, parts[3]!];
  const name = rooted.has(scheme) ? path : path.replace(/^\//, '');
  if (name === '' || name === '/') return undefined;
  const namespace = authority === '' ? scheme : `${scheme}://${authority}`;
  return { namespace, name };
}

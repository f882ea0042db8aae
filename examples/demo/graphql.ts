/** One operation over HTTP; throws with the first error's message and remedy. */
export async function graphql<T>(url: string, token: string, query: string, variables: object = {}): Promise<T> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: T;
    errors?: { message: string; extensions?: { remedy?: string } }[];
  };
  const [error] = errors ?? [];
  if (error || !data)
    throw new Error(`${error?.message ?? `HTTP ${response.status}`} ${error?.extensions?.remedy ?? ''}`);
  return data;
}

import { once } from 'node:events';
import { Agent, request, type IncomingMessage } from 'node:http';
import { json } from 'node:stream/consumers';

const agent = new Agent({ keepAlive: true });

/**
 * The data that the GraphQL server answers with. By Node's own client and nothing else: `fetch` spends a millisecond or two on a request of
 * 70 KB, in the process that also serves it.
 */
export async function ask<Data>(url: string, token: string, body: string): Promise<Data> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const sent = request(url, { method: 'POST', agent, headers }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  const { data, errors } = (await json(response)) as { data?: Data; errors?: unknown };
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

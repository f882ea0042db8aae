import type { Role } from '../access/actor.ts';
import type { TestApp } from './app.ts';

export interface MlflowAnswer {
  status: number;
  /** Parsed where it is JSON, else the text. */
  body: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- each test says what it expects
  headers: Headers;
}

/** MLflow's API over real HTTP, as a caller of that role and project. */
export interface MlflowCaller {
  get(path: string, query?: Record<string, string>): Promise<MlflowAnswer>;
  post(path: string, body?: unknown): Promise<MlflowAnswer>;
  /** Any method, any body, nothing added but the token. */
  raw(
    method: string,
    path: string,
    body?: RequestInit['body'],
    headers?: Record<string, string>,
  ): Promise<MlflowAnswer>;
  /** A new experiment's number, as text. */
  experiment(name?: string): Promise<string>;
  /** A new run's id. */
  run(experiment?: string, more?: Record<string, unknown>): Promise<string>;
}

let made = 0;

export function mlflowCaller(app: TestApp, role: Role = 'ml_engineer', project = 'test'): MlflowCaller {
  const caller: MlflowCaller = {
    async raw(method, path, body, headers = {}) {
      const token = await app.token(role, project);
      const response = await fetch(`${app.url}/api/2.0${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body !== undefined && { body, duplex: 'half' }),
      });
      const text = await response.text();
      const isJson = response.headers.get('content-type')?.includes('json');
      return {
        status: response.status,
        body: isJson ? (JSON.parse(text) as unknown) : text,
        headers: response.headers,
      };
    },
    get: (path, query = {}) => caller.raw('GET', `/mlflow/${path}?${new URLSearchParams(query).toString()}`),
    post: (path, body = {}) =>
      caller.raw('POST', `/mlflow/${path}`, JSON.stringify(body), { 'content-type': 'application/json' }),
    async experiment(name = `experiment-${++made}`) {
      const { body } = await caller.post('experiments/create', { name });
      return body.experiment_id as string;
    },
    async run(experiment = '0', more = {}) {
      const { body } = await caller.post('runs/create', { experiment_id: experiment, ...more });
      return body.run.info.run_id as string;
    },
  };
  return caller;
}

import { isObject, type Json } from './entry.ts';

/**
 * Ids that a server makes, by the JSON keys and query parameters under which MLflow's REST carries them.
 * A short id ("1") means nothing outside such a place, so it is never looked for anywhere else.
 */
const KINDS: Record<string, string> = {
  run_id: 'run',
  run_uuid: 'run',
  run_ids: 'run',
  source_run_id: 'run',
  experiment_id: 'experiment',
  experiment_ids: 'experiment',
  model_id: 'model',
  next_page_token: 'page',
  page_token: 'page',
};

const PROXIED = 'mlflow-artifacts:';
const ARTIFACT_ROUTE = /^(\/(?:api|ajax-api)\/2\.0\/mlflow-artifacts\/artifacts\/)(.+)$/;

/** An id of this length is unmistakable: it may be replaced wherever it stands as a whole word. */
const UNMISTAKABLE = 16;
const WORD = /[A-Za-z0-9-]{16,}/g;

/** Learns which id of the live server stands for which recorded one, and rewrites requests accordingly. */
export class IdMap {
  readonly #ids = new Map<string, string>();
  readonly #words = new Map<string, string>();
  readonly #artifactRoots = new Map<string, string>();

  get size(): number {
    return this.#ids.size;
  }

  /** Walks both answers in parallel. The first meaning of an id stays: lists may come in another order later. */
  learn(recorded: Json | undefined, live: Json | undefined): void {
    if (Array.isArray(recorded) && Array.isArray(live)) {
      recorded.forEach((item, index) => this.learn(item, live[index]));
    }
    if (!isObject(recorded) || !isObject(live)) return;
    for (const [key, was] of Object.entries(recorded)) {
      const is = live[key];
      if (is === undefined) continue;
      const scope = scopeOf(key, recorded);
      if (scope !== undefined && isId(was) && isId(is)) this.#remember(scope, String(was), String(is));
      else if (isArtifactUri(was) && isArtifactUri(is)) this.#artifactRoots.set(artifactPath(was), artifactPath(is));
      else this.learn(was, is);
    }
  }

  #remember(scope: string, was: string, is: string): void {
    const id = `${scope} ${was}`;
    if (this.#ids.has(id)) return;
    this.#ids.set(id, is);
    if (was.length >= UNMISTAKABLE) this.#words.set(was, is);
  }

  path(recorded: string): string {
    const mark = recorded.indexOf('?');
    const path = mark < 0 ? recorded : recorded.slice(0, mark);
    const artifact = ARTIFACT_ROUTE.exec(path);
    const mapped = artifact ? artifact[1] + this.#artifact(artifact[2] ?? '') : this.text(path);
    if (mark < 0) return mapped;

    const query = new URLSearchParams(recorded.slice(mark + 1));
    const siblings = Object.fromEntries(query);
    const live = [...query].map(([key, value]): [string, string] => [
      key,
      key === 'path' ? this.#artifact(value) : (this.#value(value, key, siblings) as string),
    ]);
    return `${mapped}?${new URLSearchParams(live).toString()}`;
  }

  json(value: Json): Json {
    return this.#value(value, '', {});
  }

  /** For text whose structure is not ours to know: artifacts, filters. */
  text(value: string): string {
    return value
      .replace(/mlflow-artifacts:\/+([^\s"']+)/g, (_, path: string) => `${PROXIED}/${this.#artifact(path)}`)
      .replace(/models:\/([^\s"'/@]+)\/(\d+)/g, (uri, name: string, version: string) => {
        const live = this.#ids.get(`version of ${name} ${version}`);
        return live === undefined ? uri : `models:/${name}/${live}`;
      })
      .replace(WORD, (word) => this.#words.get(word) ?? word);
  }

  #value(value: Json, key: string, siblings: { [key: string]: Json }): Json {
    if (Array.isArray(value)) return value.map((item) => this.#value(item, key, siblings));
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.#value(item, name, value)]));
    }
    if (!isId(value)) return value;
    const scope = scopeOf(key, siblings);
    const live = scope === undefined ? undefined : this.#ids.get(`${scope} ${value}`);
    if (live !== undefined) return typeof value === 'number' ? Number(live) : live;
    return typeof value === 'string' ? this.#string(value) : value;
  }

  /** Some of MLflow's tags hold JSON; such a tag is rewritten by its structure, and left as it is where nothing changes. */
  #string(value: string): string {
    if (!/^[[{]/.test(value)) return this.text(value);
    try {
      const parsed = JSON.parse(value) as Json;
      const live = JSON.stringify(this.json(parsed));
      return live === JSON.stringify(parsed) ? value : live;
    } catch {
      return this.text(value);
    }
  }

  /** `<root>/<file>`, where the root is what the server once gave as an artifact URI. */
  #artifact(path: string): string {
    for (let end = path.length; end > 0; end = path.lastIndexOf('/', end - 1)) {
      const root = this.#artifactRoots.get(path.slice(0, end));
      if (root !== undefined) return root + path.slice(end);
    }
    return path.replace(WORD, (word) => this.#words.get(word) ?? word);
  }
}

/** Where an id has its meaning, or undefined where a value is no id. A version counts within its model. */
function scopeOf(key: string, siblings: { [key: string]: Json }): string | undefined {
  if (key === 'version' && typeof siblings.name === 'string') return `version of ${siblings.name}`;
  return KINDS[key];
}

function isId(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function isArtifactUri(value: Json): value is string {
  return typeof value === 'string' && value.startsWith(PROXIED);
}

function artifactPath(uri: string): string {
  return uri.slice(PROXIED.length).replace(/^\/+/, '');
}

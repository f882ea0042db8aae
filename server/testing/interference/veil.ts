/** SQL functions that draw values from a seed: the same seed gives the same value. Words are few, so that guesses hit. */
export const veilFunctions = (home: string): string[] => [
  `create function veil_home() returns uuid language sql immutable as $$ select '${home}'::uuid $$`,
  `create function veil_number(seed text, n int) returns int language sql immutable as
  $$ select ('x' || substr(md5(seed), 1, 7))::bit(28)::int % n $$`,
  `create function veil_word(seed text) returns text language sql immutable as
  $$ select (array['${words.join("','")}'])[1 + veil_number(seed, ${words.length})] $$`,
  `create function veil_text(seed text) returns text language sql immutable as $$
  select veil_word(seed) || case veil_number(seed || 'l', 3)
    when 0 then '' when 1 then '-' || veil_word(seed || 'm') else repeat(' ' || veil_word(seed || 'n'), 1 + veil_number(seed || 'o', 4)) end $$`,
  `create function veil_json(seed text, value jsonb) returns jsonb language plpgsql immutable as $$
begin
  return case jsonb_typeof(value)
    when 'object' then (select coalesce(jsonb_object_agg(k, case when k like '\\_%' then v else veil_json(seed || k, v) end), '{}') from jsonb_each(value) as e(k, v))
    when 'array' then (select coalesce(jsonb_agg(veil_json(seed || i, v) order by i), '[]') from jsonb_array_elements(value) with ordinality as e(v, i))
    when 'string' then case when value #>> '{}' ~ '^[0-9]{4}-|^[0-9a-f]{8}-' then value else to_jsonb(veil_text(seed)) end
    when 'number' then to_jsonb(1 + veil_number(seed, 1000))
    when 'boolean' then to_jsonb(veil_number(seed, 2) = 0)
    else value end;
end $$`,
  // a policy of few rules: a text that does not parse would have no impact to tell of, and a long one takes long to compile
  `create function veil_policy(seed text) returns text language sql immutable as $$
  select '@id("lead") @reason("' || veil_text(seed) || '") permit (principal in Aval::Role::"governance_lead", action, resource);'
    || '@id("drawn") @reason("Drawn.") permit (principal in Aval::Role::"'
    || (array['operator','data_scientist','business_viewer','ml_engineer'])[1 + veil_number(seed || 'p', 4)]
    || '", action in Aval::Action::"read", resource in Aval::Class::"'
    || (array['operations','verdict','result','catalogue','modelName','kpi'])[1 + veil_number(seed || 'c', 6)] || '");' $$`,
];

export const words = ['ape', 'bat', 'cod', 'doe', 'eel', 'fox', 'gnu', 'hen', 'ibis', 'jay', 'kite', 'lark', 'mole', 'newt', 'owl', 'pug', 'rat', 'sow', 'tern', 'vole', 'wasp', 'yak'] as const; // prettier-ignore

/** A lineage picture's model to SVG by way of Graphviz: boxes of columns from left to right, the tag's path thick. */
import type { LineagePicture, PictureEdge, PictureNode } from '../models/lineage.ts';
import { hiddenAsset } from '../models/names.ts';
import { escapeText, round } from './svg.ts';

/** Colours that exist only between DOT and SVG, where each becomes a variable of the page. */
const inks = {
  ink: '#010101',
  quiet: '#020202',
  line: '#030303',
  paper: '#040404',
  panel: '#050505',
  grave: '#060606',
  graveTint: '#070707',
  warm: '#080808',
  warmTint: '#090909',
  link: '#0a0a0a',
} as const;
type Ink = keyof typeof inks;

const variable: Record<Ink, string> = {
  ink: 'var(--ink)',
  quiet: 'var(--quiet)',
  line: 'var(--line-strong)',
  paper: 'var(--paper)',
  panel: 'var(--panel)',
  grave: 'var(--grave)',
  graveTint: 'var(--grave-tint)',
  warm: 'var(--warm)',
  warmTint: 'var(--warm-tint)',
  link: 'var(--link)',
};

const strokeOf = (category: string | undefined): Ink =>
  category === undefined ? 'line' : category === 'SPECIAL_CATEGORY' ? 'grave' : 'warm';
const tintOf = (category: string): Ink => (category === 'SPECIAL_CATEGORY' ? 'graveTint' : 'warmTint');

/** Graphviz guesses how wide text is; it is laid out a little larger than it is drawn, so that it fits in any face. */
const slack = 1.1;

const font = (text: string, ink: Ink, size: number, bold = false): string =>
  `<FONT COLOR="${inks[ink]}" POINT-SIZE="${(size * slack).toFixed(2)}">${bold ? `<B>${escapeText(text)}</B>` : escapeText(text)}</FONT>`;

/** Long names are cut in the middle: both ends tell names apart. */
const fit = (text: string, most = 34): string =>
  text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2))}…${text.slice(-Math.floor(most / 2) + 1)}`;

const column = (one: PictureNode['columns'][number], port: string): string => {
  const tags = one.tags.length === 0 ? '' : `  ${font(one.tags.join(', '), strokeOf(one.category), 11, true)}`;
  return `<TR><TD PORT="${port}" ALIGN="LEFT" BGCOLOR="${inks[tintOf(one.category)]}">${font(fit(one.name), 'ink', 12)}${tags}</TD></TR>`;
};

const dashedBox = (name: string, words: string): string =>
  `${name} [shape=box style="rounded,dashed" color="${inks.quiet}" label=<${font(words, 'quiet', 12)}>]`;

function box(node: PictureNode, name: string, ports: Map<string, string>, link: string | undefined): string {
  if (node.id === hiddenAsset.id) return dashedBox(name, node.title);
  const border = node.focus ? 2.5 : node.onPath ? 1.6 : 1;
  const stroke = node.focus ? 'ink' : node.onPath ? strokeOf(worst(node)) : 'line';
  const rows = node.columns.map((one) => column(one, ports.get(one.id)!)).join('');
  const title = font(fit(node.title), link ? 'link' : 'ink', 13, node.focus || node.onPath);
  const head = `<TR><TD ALIGN="LEFT" CELLPADDING="6">${font(node.kind, 'quiet', 10)}<BR ALIGN="LEFT"/>${title}<BR ALIGN="LEFT"/></TD></TR>`;
  const href = link ? ` URL="${escapeText(link)}" target="_self" tooltip="${escapeText(node.title)}"` : '';
  return `${name} [label=<<TABLE BORDER="${border}" COLOR="${inks[stroke]}" BGCOLOR="${inks.panel}" STYLE="ROUNDED" CELLBORDER="0" CELLSPACING="0" CELLPADDING="4">${head}${rows}${rows && '<TR><TD HEIGHT="5" CELLPADDING="0"></TD></TR>'}</TABLE>>${href}]`;
}

const worst = (node: PictureNode): string | undefined =>
  node.columns.some((one) => one.category === 'SPECIAL_CATEGORY') ? 'SPECIAL_CATEGORY' : node.columns[0]?.category;

function arrow(edge: PictureEdge, names: Map<string, string>, ports: Map<string, string>): string {
  const end = (node: string, of: string | undefined, side: string) =>
    of === undefined ? names.get(node)! : `${names.get(node)}:${ports.get(of)}:${side}`;
  const ink = inks[strokeOf(edge.category)];
  const text = edge.masked ? 'masked' : edge.label;
  const attributes = [
    `color="${ink}"`,
    `penwidth=${edge.category ? 2.6 : 1}`,
    `arrowsize=${edge.category ? 0.8 : 0.6}`,
    ...(edge.dashed ? ['style=dashed', 'constraint=true'] : []),
    ...(text ? [`label=<${font(text, edge.category ? strokeOf(edge.category) : 'quiet', 11)}>`] : []),
  ];
  return `${end(edge.from, edge.fromColumn, 'e')} -> ${end(edge.to, edge.toColumn, 'w')} [${attributes.join(' ')}]`;
}

/** `linkOf` gives a node's page as seen from the page that shows the picture. */
export function lineageDot(of: LineagePicture, linkOf: (ownerId: string) => string | undefined): string {
  const names = new Map(of.nodes.map((node, i) => [node.id, `n${i}`]));
  const ports = new Map<string, string>();
  for (const node of of.nodes) for (const one of node.columns) ports.set(one.id, `p${ports.size}`);
  const focus = of.nodes.find((node) => node.focus);
  const aside = (name: string, words: string) => [
    dashedBox(name, words),
    ...(focus ? [`${name} -> ${names.get(focus.id)} [style=dashed color="${inks.quiet}" arrowsize=0.6]`] : []),
  ];
  return [
    'digraph lineage {',
    'graph [rankdir=LR bgcolor=transparent nodesep=0.28 ranksep=0.45 margin="0.05" pad="0.05"]',
    'node [shape=plain fontname="Verdana" margin="0.02"]',
    'edge [fontname="Verdana" arrowhead=vee]',
    ...of.nodes.map((node) => box(node, names.get(node.id)!, ports, node.focus ? undefined : linkOf(node.ownerId))),
    ...of.edges.map((edge) => arrow(edge, names, ports)),
    ...(of.hidden ? aside('hidden', 'hidden from this role') : []),
    ...(of.merged > 0 ? aside('merged', `${of.merged} more, in the table`) : []),
    '}',
  ].join('\n');
}

/** Graphviz's SVG as one of ours: no prolog, no fonts or colours of its own, a title and a description. */
export function lineageSvg(svg: string, of: LineagePicture, id: string): string {
  const start = svg.indexOf('<svg');
  const open = svg.indexOf('>', start) + 1;
  const viewBox = /viewBox="([^"]+)"/.exec(svg.slice(start, open))?.[1] ?? '0 0 100 100';
  const [, , width = '100', height = '100'] = viewBox.split(' ');
  // a picture a little too wide is scaled down; one much too wide would become too small to read, and scrolls
  const fit = Number(width) > 900 && Number(width) < 1800 ? ' fit' : '';
  let body = svg.slice(open, svg.lastIndexOf('</svg>'));
  body = body
    .replaceAll(/<!--.*?-->\n?/gs, '')
    .replaceAll(/<title>.*?<\/title>\n?/gs, '')
    .replaceAll(/ font-family="[^"]*"/g, '')
    .replaceAll(/ xlink:(href|title)="([^"]*)"/g, (_, name: string, value: string) =>
      name === 'href' ? ` href="${value}"` : '',
    )
    .replaceAll(/ target="[^"]*"/g, '')
    .replaceAll(/ id="[^"]*"/g, '')
    .replaceAll(/ font-size="([\d.]+)"/g, (_, size: string) => ` font-size="${round(Number(size) / slack)}"`);
  for (const [name, colour] of Object.entries(inks))
    body = body.replaceAll(`"${colour}"`, `"${variable[name as Ink]}"`);
  // role group: it holds links, and an image may not
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${viewBox}" width="${width}" height="${height}" class="lineage${fit}" role="group" aria-labelledby="${id}-title ${id}-desc">` +
    `<title id="${id}-title">${escapeText(`Lineage of ${of.subject}`)}</title><desc id="${id}-desc">${escapeText(of.description)}</desc>${body}</svg>`
  );
}

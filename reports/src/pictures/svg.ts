/** Building blocks of pictures: strings in, strings out. Colours are the page's own variables, so dark and print follow. */

export const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

type Attributes = Record<string, string | number | undefined>;

export function element(name: string, attributes: Attributes, ...children: string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${typeof value === 'number' ? round(value) : escapeText(value!)}"`)
    .join('');
  return children.length === 0 ? `<${name}${written}/>` : `<${name}${written}>${children.join('')}</${name}>`;
}

/** Hundredths are finer than any screen, and make the bytes the same on every machine. */
export const round = (n: number): string => String(Math.round(n * 100) / 100);

export interface PictureText {
  /** Unique on its page. */
  id: string;
  title: string;
  description: string;
}

export function picture(
  width: number,
  height: number,
  text: PictureText,
  className: string,
  ...children: string[]
): string {
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${round(width)} ${round(height)}`,
      width,
      height,
      class: className,
      role: 'img',
      'aria-labelledby': `${text.id}-title ${text.id}-desc`,
    },
    element('title', { id: `${text.id}-title` }, escapeText(text.title)),
    element('desc', { id: `${text.id}-desc` }, escapeText(text.description)),
    ...children,
  );
}

export const label = (x: number, y: number, text: string, className: string, anchor?: string): string =>
  element('text', { x, y, class: className, 'text-anchor': anchor }, escapeText(text));

/** Steps on a terminal: one line each, rewritten while it runs; plain lines when the output is a file. */
export interface Step {
  update(detail: string): void;
  done(detail?: string): void;
}

export function step(title: string, out: NodeJS.WriteStream = process.stderr): Step {
  const started = Date.now();
  const live = out.isTTY === true;
  const line = (mark: string, detail: string): string => `${mark} ${title}${detail ? `  ${detail}` : ''}`;
  const rewrite = (text: string): void => void out.write(`\r\x1b[K${text.slice(0, (out.columns || 80) - 1)}`);
  if (live) rewrite(line('…', ''));
  return {
    update: (detail) => live && rewrite(line('…', detail)),
    done(detail = '') {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      const text = line('✓', [detail, `${seconds} s`].filter(Boolean).join(', '));
      if (live) rewrite(`${text}\n`);
      else out.write(`${text}\n`);
    },
  };
}

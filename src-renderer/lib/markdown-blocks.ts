/*
 * As much Markdown as a model's README needs, read into plain data that the screen renders
 * as elements. Nothing here is ever HTML: what is not understood is shown as it stands.
 */

export type MarkdownInline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly content: readonly MarkdownInline[] }
  | { readonly kind: 'emphasis'; readonly content: readonly MarkdownInline[] }
  | { readonly kind: 'link'; readonly text: string; readonly address: string };

export type MarkdownBlock =
  | {
      readonly kind: 'heading';
      readonly level: number;
      readonly content: readonly MarkdownInline[];
    }
  | { readonly kind: 'paragraph'; readonly content: readonly MarkdownInline[] }
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      readonly items: readonly (readonly MarkdownInline[])[];
    }
  | { readonly kind: 'code'; readonly text: string }
  | {
      readonly kind: 'table';
      /** Null when the table has no words above its columns. */
      readonly head: readonly (readonly MarkdownInline[])[] | null;
      readonly rows: readonly (readonly (readonly MarkdownInline[])[])[];
    };

const fence = /^\s*(```|~~~)/;
const heading = /^(#{1,6})\s+(.*?)\s*#*\s*$/;
const listItem = /^\s*([-*+]|\d{1,9}[.)])\s+(.*)$/;
const tableRow = /^\s*\|(.*)\|\s*$/;
const tableRule = /^[\s|:-]+$/;
const separator = /^\s*([-*_])(\s*\1){2,}\s*$/;

/** The blocks of a Markdown text; front matter between `---` lines at its start is left out. */
export function parseMarkdown(markdown: string): readonly MarkdownBlock[] {
  const lines = withoutFrontMatter(markdown.split(/\r?\n/));
  const blocks: MarkdownBlock[] = [];
  let index = 0;
  /** Takes lines as long as `test` holds. */
  const takeWhile = (test: (line: string) => boolean): string[] => {
    const start = index;
    while (index < lines.length && test(lines[index] ?? '')) index += 1;
    return lines.slice(start, index);
  };

  while (index < lines.length) {
    const line = lines[index] ?? '';
    const title = heading.exec(line);
    if (line.trim() === '' || separator.test(line)) {
      index += 1;
    } else if (title !== null) {
      blocks.push({
        kind: 'heading',
        level: title[1]?.length ?? 1,
        content: parseInline(title[2] ?? ''),
      });
      index += 1;
    } else if (fence.test(line)) {
      index += 1;
      const code = takeWhile((next) => !fence.test(next));
      index += 1;
      blocks.push({ kind: 'code', text: code.join('\n') });
    } else if (tableRow.test(line)) {
      blocks.push(readTable(takeWhile((next) => tableRow.test(next))));
    } else if (listItem.test(line)) {
      const isMore = (next: string) => listItem.test(next) || /^\s+\S/.test(next);
      blocks.push(readList(takeWhile(isMore)));
    } else {
      const text = takeWhile((next) => next.trim() !== '' && !startsBlock(next));
      const unquoted = text.map((part) => part.replace(/^\s*>\s?/, ''));
      blocks.push({ kind: 'paragraph', content: parseInline(unquoted.join(' ')) });
    }
  }
  return blocks;
}

function startsBlock(line: string): boolean {
  return [heading, fence, tableRow, listItem, separator].some((start) => start.test(line));
}

function withoutFrontMatter(lines: readonly string[]): readonly string[] {
  if (lines[0]?.trim() !== '---') return lines;
  const end = lines.indexOf('---', 1);
  return end < 0 ? lines : lines.slice(end + 1);
}

function readList(lines: readonly string[]): MarkdownBlock {
  const items: string[] = [];
  for (const line of lines) {
    const item = listItem.exec(line);
    if (item !== null) items.push(item[2] ?? '');
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  return {
    kind: 'list',
    ordered: /^\s*\d/.test(lines[0] ?? ''),
    items: items.map(parseInline),
  };
}

function readTable(lines: readonly string[]): MarkdownBlock {
  const rows = lines.map((line) =>
    (tableRow.exec(line)?.[1] ?? '').split('|').map((cell) => cell.trim()),
  );
  const hasHead = tableRule.test(lines[1] ?? '');
  const head = hasHead && rows[0]?.some((cell) => cell !== '') === true ? rows[0] : null;
  return {
    kind: 'table',
    head: head?.map(parseInline) ?? null,
    rows: (hasHead ? rows.slice(2) : rows).map((row) => row.map(parseInline)),
  };
}

const inline =
  /`([^`]+)`|\*\*(\S(?:[^*]{0,2000}\S)?)\*\*|\*(\S(?:[^*]{0,2000}[^*\s])?)\*|!?\[([^\][]{0,500})\]\(([^()\s]{1,2000})\)|<(https?:\/\/[^<>\s]{1,2000})>/g;

function parseInline(text: string): readonly MarkdownInline[] {
  const parts: MarkdownInline[] = [];
  let end = 0;
  const addText = (until: number) => {
    if (until > end) parts.push({ kind: 'text', text: text.slice(end, until) });
  };
  for (const match of text.matchAll(inline)) {
    const [whole, code, strong, emphasis, linkText, linkAddress, address] = match;
    addText(match.index);
    if (code !== undefined) parts.push({ kind: 'code', text: code });
    else if (strong !== undefined) parts.push({ kind: 'strong', content: parseInline(strong) });
    else if (emphasis !== undefined) {
      parts.push({ kind: 'emphasis', content: parseInline(emphasis) });
    } else {
      const target = linkAddress ?? address ?? '';
      parts.push({ kind: 'link', text: linkText ?? target, address: target });
    }
    end = match.index + whole.length;
  }
  addText(text.length);
  return parts;
}

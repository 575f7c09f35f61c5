/** A passage of Markdown as a list shows it: its words, without the signs around them. */
export function plainExcerpt(markdown: string): string {
  return markdown
    .replace(/^\s{0,3}(#{1,6}|>|[-*+]|\d+\.)\s+/gm, '')
    .replace(/(?<![\p{L}\p{N}])(\*\*|__|[*_`~])(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu, '$2')
    .replace(/\s+/g, ' ')
    .trim();
}

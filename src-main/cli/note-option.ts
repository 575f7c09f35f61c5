/** What whoever is next should know. */
export const handOverNote = {
  kind: 'text',
  value: 'TEXT',
  meaning: 'A hand-over note: what whoever is next should know.',
} as const;

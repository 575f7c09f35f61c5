import type { PromptMapping } from '../../../src-main/contract/exchange.ts';

/** What a column of a file of prompts can be. */
export const roleNames: readonly { readonly role: keyof PromptMapping; readonly label: string }[] =
  [
    { role: 'document_body', label: 'Text' },
    { role: 'document_name', label: 'Name' },
    { role: 'folder', label: 'Folder' },
    { role: 'tags', label: 'Tags' },
  ];

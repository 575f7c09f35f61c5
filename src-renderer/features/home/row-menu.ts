import FileText from '@lucide/svelte/icons/file-text';
import Info from '@lucide/svelte/icons/info';
import Route from '@lucide/svelte/icons/route';
import Trash from '@lucide/svelte/icons/trash';
import UserPen from '@lucide/svelte/icons/user-pen';
import type { ListedDocument } from '../../../src-main/contract/domain.ts';
import type { DocumentStep } from '../../../src-main/contract/work.ts';
import { documentStepNames, documentStepWords } from '../../lib/document-step-words.ts';
import type { MenuItem } from '../../ui/menu-item.ts';

/** What a row's menu can do. */
interface RowActions {
  readonly onOpen: (document: ListedDocument) => void;
  readonly onDetails: (document: ListedDocument) => void;
  readonly onStep: (document: ListedDocument, step: DocumentStep) => void;
  readonly onRetain: (document: ListedDocument) => void;
  readonly onTrash: (document: ListedDocument) => void;
}

/** A document's menu: of its steps those that are allowed. */
export function rowMenu(document: ListedDocument, actions: RowActions): readonly MenuItem[] {
  const { allowed } = document;
  const steps = documentStepNames.filter((step) => allowed.includes(`document:${step}`));
  return [
    {
      label: 'Open',
      icon: FileText,
      shortcut: 'Enter',
      onSelect: () => actions.onOpen(document),
    },
    { label: 'Details', icon: Info, onSelect: () => actions.onDetails(document) },
    ...(steps.length > 0 ? (['separator'] as const) : []),
    ...steps.map((step) => ({
      label: `${documentStepWords[step].label}…`,
      icon: Route,
      onSelect: () => actions.onStep(document, step),
    })),
    ...(allowed.includes('document:retain')
      ? [
          'separator' as const,
          {
            label: document.editor_id === null ? 'Retain an editor…' : 'Change editor…',
            icon: UserPen,
            onSelect: () => actions.onRetain(document),
          },
        ]
      : []),
    ...(allowed.includes('document:trash')
      ? [
          'separator' as const,
          {
            label: 'Move to trash',
            icon: Trash,
            danger: true,
            onSelect: () => actions.onTrash(document),
          },
        ]
      : []),
  ];
}

/** How a user's type and state, and a machine's state, are called, and the tone of their badges. */
export const userTypeWords = {
  admin: 'Admin',
  sponsor: 'Sponsor',
  editor: 'Editor',
} as const;

export const userStatusWords = {
  pending: { label: 'Waiting', tone: 'warning' },
  approved: { label: 'Approved', tone: 'success' },
  rejected: { label: 'Rejected', tone: 'neutral' },
  suspended: { label: 'Suspended', tone: 'danger' },
} as const;

export const machineStatusWords = {
  pending: { label: 'Waiting', tone: 'warning' },
  approved: { label: 'Approved', tone: 'success' },
  revoked: { label: 'Revoked', tone: 'neutral' },
} as const;

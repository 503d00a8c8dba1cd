// The roles of a project in plain words.
import type { ProjectRole } from '@/domain/policy';

export const roleWords = {
  lead: {
    title: 'Lead',
    sentence: 'decides about the profile, publishes releases, grants access and invites members.',
  },
  coordinator: { title: 'Coordinator', sentence: 'uploads scans and sees what became of each file.' },
  reviewer: { title: 'Reviewer', sentence: 'looks at every scan before and after, and accepts or rejects it.' },
} as const satisfies Record<ProjectRole, { title: string; sentence: string }>;

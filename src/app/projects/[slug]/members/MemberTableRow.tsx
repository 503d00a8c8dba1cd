'use client';
// One member: roles that can be given and taken, and leaving the project.
import { projectRoles } from '@/domain/policy';
import type { MemberRow } from '@/server/members';
import { ConfirmDialog } from '../../../components/ConfirmDialog';
import { SelectField } from '../../../components/Field';
import { Td } from '../../../components/Table';
import { roleWords } from '../../../roleWords';
import { addRole, remove } from './actions';

interface MemberTableRowProps {
  member: MemberRow;
  projectId: string;
  mayChange: boolean;
}

export function MemberTableRow({ member, projectId, mayChange }: MemberTableRowProps) {
  const about = { projectId, userId: member.userId };
  return (
    <tr>
      <Td>
        <span className="font-medium">{member.name}</span> {member.isMe && <span className="text-muted">(you)</span>}
      </Td>
      <Td>{member.email}</Td>
      <Td>{member.roles.map((role) => roleWords[role].title).join(', ')}</Td>
      <Td align="right">
        {mayChange && (
          <div className="flex justify-end gap-2">
            <AddRole member={member} about={about} />
            <TakeRole member={member} about={about} />
          </div>
        )}
      </Td>
    </tr>
  );
}

interface ChangeProps {
  member: MemberRow;
  about: { projectId: string; userId: string };
}

function AddRole({ member, about }: ChangeProps) {
  const missing = projectRoles.filter((role) => !member.roles.includes(role));
  if (missing.length === 0) return null;
  return (
    <ConfirmDialog
      trigger="Add a role"
      triggerSize="small"
      title={`Another role for ${member.name}`}
      confirm="Add it"
      confirmKind="primary"
      action={addRole}
      hidden={about}
    >
      <SelectField
        name="role"
        label="Role"
        options={missing.map((role) => ({ value: role, label: roleWords[role].title }))}
      />
    </ConfirmDialog>
  );
}

function TakeRole({ member, about }: ChangeProps) {
  const roles = [
    { value: '', label: 'All roles: leave the project' },
    ...(member.roles.length > 1
      ? member.roles.map((role) => ({ value: role, label: `Only ${roleWords[role].title}` }))
      : []),
  ];
  return (
    <ConfirmDialog
      trigger="Remove"
      triggerSize="small"
      title={`Remove ${member.isMe ? 'yourself' : member.name}?`}
      confirm="Remove"
      action={remove}
      hidden={about}
    >
      <p>It takes effect at once. What was done so far stays in the audit trail.</p>
      {roles.length > 1 && <SelectField name="role" label="Which role?" options={roles} />}
    </ConfirmDialog>
  );
}

// What the project says of itself, its review policy, and what researchers must accept.
import type { Metadata } from 'next';
import { getProject } from '@/server/projects';
import { ActionForm } from '../../../components/ActionForm';
import { Card } from '../../../components/Card';
import { ChoiceCards, TextField } from '../../../components/Field';
import { Page } from '../../../components/Page';
import { orNotFound, pageActor } from '../../../pageActor';
import { readerChoices } from '../../readerChoices';
import { saveProject } from './actions';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage({ params }: { params: Promise<{ slug: string }> }) {
  const actor = await pageActor();
  const project = await orNotFound(getProject(actor, (await params).slug));
  if (!project.may['project.edit']) return <Page title="Settings">Only leads change the settings of a project.</Page>;
  return (
    <Page
      title="Settings"
      lead="The public catalogue shows the name, the description, the license and the terms."
      width="text"
    >
      <Card>
        <ActionForm action={saveProject} hidden={{ projectId: project.id }} submit="Save">
          <TextField name="name" label="Name" defaultValue={project.name} />
          <TextField name="description" label="Description" optional rows={4} defaultValue={project.description} />
          <TextField
            name="dataUseTerms"
            label="Data use agreement"
            rows={8}
            defaultValue={project.dataUseTerms}
            hint="Researchers accept this text when they ask for access. Who accepted an earlier text stays bound to that one."
          />
          <TextField
            name="license"
            label="License of the next versions"
            defaultValue={project.license}
            hint="For example CC-BY-4.0."
          />
          <TextField
            name="minimumK"
            type="number"
            min={1}
            max={1000}
            label="Smallest group of subjects that are alike"
            defaultValue={String(project.minimumK)}
            hint="Publishing warns when fewer are alike in what an outsider may know. 5 is usual where people ask for access and sign an agreement, 11 for open data."
          />
          <ChoiceCards
            name="readers"
            legend="Who must agree before a scan may be released?"
            choices={readerChoices}
            defaultValue={String(project.readers)}
          />
        </ActionForm>
      </Card>
    </Page>
  );
}

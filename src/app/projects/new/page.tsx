// Starting a project: its name, how its data are de-identified, and how many readers look at each scan.
import type { Metadata } from 'next';
import { presets } from '@/domain/deid/presets';
import { ActionForm } from '../../components/ActionForm';
import { ButtonLink } from '../../components/Button';
import { Card } from '../../components/Card';
import { ChoiceCards, TextField } from '../../components/Field';
import { Page } from '../../components/Page';
import { pageActor } from '../../pageActor';
import { readerChoices } from '../readerChoices';
import { startProject } from './actions';

export const metadata: Metadata = { title: 'New project' };

export default async function NewProjectPage() {
  await pageActor();
  const choices = Object.entries(presets).map(([value, { title, sentence }]) => ({ value, label: title, sentence }));
  return (
    <Page title="New project" lead="You become its lead. Everything here can be changed later." width="text">
      <Card>
        <ActionForm
          action={startProject}
          submit="Create the project"
          beside={
            <ButtonLink href="/projects" kind="quiet">
              Cancel
            </ButtonLink>
          }
        >
          <TextField
            name="name"
            label="Name"
            hint="Researchers will see it in the catalogue: no names of patients or hospitals."
            autoFocus
          />
          <TextField name="description" label="What is it about?" optional rows={3} />
          <ChoiceCards
            name="preset"
            legend="How is identifying information removed?"
            choices={choices}
            defaultValue="research"
          />
          <ChoiceCards
            name="readers"
            legend="Who must agree before a scan may be released?"
            choices={readerChoices}
            defaultValue="1"
          />
        </ActionForm>
      </Card>
    </Page>
  );
}

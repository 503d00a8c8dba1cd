// Asking for a dataset: who you are, what for, and the data use agreement.
import { ActionForm } from '@/app/components/ActionForm';
import { Card } from '@/app/components/Card';
import { CheckField, TextField } from '@/app/components/Field';
import { Page } from '@/app/components/Page';
import { orNotFound, pageActor } from '@/app/pageActor';
import { datasetPage } from '@/server/catalogue';
import { ask } from './actions';

export const metadata = { title: 'Ask for access' };

export default async function RequestPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  await pageActor();
  const dataset = await orNotFound(datasetPage(slug));
  return (
    <Page title={`Ask for ${dataset.name}`} lead="The project’s lead reads this and decides." width="text">
      <Card>
        <ActionForm
          action={ask}
          hidden={{ projectId: dataset.projectId, termsSha256: dataset.termsSha256 }}
          submit="Send the request"
          pending="Sending…"
        >
          <TextField name="affiliation" label="Your institution" autoComplete="organization" />
          <TextField
            name="purpose"
            label="What you want to find out"
            rows={5}
            hint="Which question, which methods, who will see the data."
          />
          <div>
            <h2 className="text-sm font-medium">Data use agreement</h2>
            <div className="mt-1 max-h-48 overflow-y-auto rounded-md border border-line bg-sunken p-3 text-sm whitespace-pre-line">
              {dataset.terms}
            </div>
          </div>
          <CheckField name="acceptTerms" label="I have read the agreement and will keep to it." />
        </ActionForm>
      </Card>
    </Page>
  );
}

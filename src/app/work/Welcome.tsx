// The first page for somebody who is not signed in.
import { ButtonLink } from '../components/Button';
import { Card } from '../components/Card';
import { Page } from '../components/Page';

export function Welcome() {
  return (
    <Page
      title="Medical images for research. The identities stay at the door."
      lead="Hospitals bring scans in; names, dates and faces are taken off; people check every one; researchers get what is left."
      width="normal"
    >
      <div className="grid gap-4 md:grid-cols-2">
        <Card
          title="You look for data"
          lead="Every published dataset is in the catalogue. An account is needed only to ask for access."
        >
          <ButtonLink href="/datasets" kind="primary">
            Look at the datasets
          </ButtonLink>
        </Card>
        <Card
          title="You work in a project"
          lead="Sign in, or open the invitation link that the lead of the project sent you."
        >
          <ButtonLink href="/login">Sign in</ButtonLink>
        </Card>
      </div>
    </Page>
  );
}

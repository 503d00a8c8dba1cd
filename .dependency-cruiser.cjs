// The rooms: arrows point down only. app, workers, cli -> server, engines -> domain.
const room = (name) => `^src/${name}/`;
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      comment: 'A cycle means two modules are one idea.',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      comment: 'domain knows no other room.',
      from: { path: room('domain') },
      to: { path: '^src/(server|engines|workers|cli|app)/' },
    },
    {
      name: 'domain-no-io',
      severity: 'error',
      comment: 'domain does no I/O and uses no framework.',
      from: { path: room('domain') },
      to: {
        path: '^(node:)?(fs|net|http|https|child_process|worker_threads|os|path|process|stream|fs/promises)$|node_modules/(next|react|pg|bullmq|onnxruntime-node)/',
      },
    },
    {
      name: 'engines-below-server',
      severity: 'error',
      comment: 'engines adapt runtimes to domain values; they know no database.',
      from: { path: room('engines') },
      to: { path: '^src/(server|workers|cli|app)/' },
    },
    {
      name: 'server-knows-no-callers',
      severity: 'error',
      comment: 'services are called by pages and workers, never the other way.',
      from: { path: room('server') },
      to: { path: '^src/(workers|cli|app)/' },
    },
    {
      name: 'app-alone',
      severity: 'error',
      comment: 'a page reads through server and never runs an engine.',
      from: { path: room('app') },
      to: { path: '^src/(workers|cli|engines)/' },
    },
    {
      name: 'workers-alone',
      severity: 'error',
      comment: 'workers never import pages or the CLI.',
      from: { path: room('workers') },
      to: { path: '^src/(app|cli)/' },
    },
    {
      name: 'cli-has-no-server',
      severity: 'error',
      comment: 'the CLI runs the same code with no server.',
      from: { path: room('cli') },
      to: { path: '^src/(app|workers|server)/' },
    },
    {
      name: 'prisma-in-server-only',
      severity: 'error',
      comment: 'only server speaks to the database.',
      from: { path: '^src/', pathNot: room('server') },
      to: { path: '@prisma|src/server/generated' },
    },
    {
      name: 'runtimes-in-engines-only',
      severity: 'error',
      comment: 'native and WASM runtimes live behind an engine.',
      from: { path: '^src/', pathNot: room('engines') },
      to: { path: 'node_modules/(onnxruntime-node|@niivue/dcm2niix|tesseract.js|@cornerstonejs)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};

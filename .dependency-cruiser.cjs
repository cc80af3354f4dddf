// Imports point one way: hosts → batch → restore → likelihood → sampling → {prior, operators, fill} → tensor.
// What each folder of src-main may import, besides itself, errors.ts, issue-sentences.ts and counted.ts.
const layers = {
  contract: [],
  tensor: [],
  operators: ['tensor'],
  fill: ['tensor'],
  prior: ['tensor'],
  sampling: ['tensor', 'prior'],
  likelihood: ['tensor', 'prior', 'operators', 'sampling'],
  'score-matching': ['tensor', 'sampling'],
  restore: ['tensor', 'fill', 'prior', 'operators', 'sampling', 'likelihood', 'contract'],
  heal: ['tensor', 'fill', 'prior', 'operators', 'sampling', 'likelihood', 'restore', 'contract'],
  adjust: ['tensor', 'contract'],
  images: ['tensor'],
  find: ['tensor', 'prior', 'contract'],
  documents: ['contract', 'tensor'],
  batch: ['tensor', 'fill', 'restore', 'images', 'contract', 'operators', 'prior', 'sampling', 'likelihood', 'find'],
};

const direction = Object.entries(layers).map(([layer, allowed]) => ({
  name: `${layer}-imports-down-only`,
  severity: 'error',
  from: { path: `^src-main/${layer}/` },
  to: {
    path: '^src-main/',
    pathNot: `^src-main/((counted|errors|issue-sentences)\\.ts$|${[layer, ...allowed].map((l) => `${l}/`).join('|')})`,
  },
}));

module.exports = {
  forbidden: [
    ...direction,
    {
      name: 'engine-has-no-host',
      comment: 'The engine runs in any process: no Electron, no file system, no network, no DOM.',
      severity: 'error',
      from: {
        path: '^src-main/(tensor|operators|fill|prior|sampling|score-matching|likelihood|restore|heal|find|adjust|contract)/',
      },
      to: { path: '^(electron|(node:)?(fs|fs/promises|child_process|worker_threads|http|net))$' },
    },
    {
      name: 'renderer-runs-in-a-page',
      comment: 'A page reaches the rest of the program through the contract; mathematics may be shared.',
      severity: 'error',
      from: { path: '^src-renderer/' },
      to: {
        path: '^src-main/',
        pathNot:
          '^src-main/(errors\\.ts$|(contract|tensor|sampling|score-matching|operators|likelihood|find/findings))',
      },
    },
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
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

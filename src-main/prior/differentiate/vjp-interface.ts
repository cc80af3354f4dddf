/** Names of the values a score network file is used by; `inputs` and `output` of its manifest. */
export interface NetworkInterface {
  readonly inputs: { readonly x: string; readonly time: string };
  readonly output: string;
}

/** Names that the differentiated model adds: the vector v goes in, (∂output/∂x)ᵀ v comes out. */
export interface VjpNames {
  readonly v: string;
  readonly vjp: string;
}

/**
 * The two names a differentiated model adds to those of the original: `v` and `vjp`, each followed by as many
 * underscores as it takes to differ from the original's own. They follow from the interface alone, so a model that was
 * differentiated earlier and kept on disk is used without differentiating it again.
 */
export function vjpNames(network: NetworkInterface): VjpNames {
  const taken = new Set([network.inputs.x, network.inputs.time, network.output]);
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  return { v: free('v'), vjp: free('vjp') };
}

/** Options of the Svelte compiler, read by vite, svelte-check and eslint. */
export default {
  compilerOptions: { runes: ({ filename }) => (filename.includes('node_modules') ? undefined : true) },
};

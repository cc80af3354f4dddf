/**
 * electron-builder's hook before it looks after node_modules: they are not its business, because the bundles have every
 * package in them and electron-builder.yml names the files of the rest. It would read all of them for each target.
 */
export default function beforeBuild() {
  return false;
}

/**
 * The environment for the download of Electron: the proxy and the certificates that npm is configured with, which npm
 * hands to its scripts as `npm_config_…`, in the words that Node.js and @electron/get understand. What is set already
 * is left.
 */
export function downloadEnvironment(env) {
  const given = (name) => {
    const value = env[`npm_config_${name}`];
    return value === undefined || value === '' || value === 'null' ? undefined : value;
  };
  const out = { ...env };
  const fill = (name, value) => {
    if (value !== undefined && !out[name] && !out[name.toLowerCase()]) out[name] = value;
  };
  fill('HTTPS_PROXY', given('https_proxy') ?? given('proxy'));
  fill('HTTP_PROXY', given('proxy') ?? given('https_proxy'));
  fill('NO_PROXY', given('noproxy'));
  fill('NODE_EXTRA_CA_CERTS', given('cafile'));
  const hasProxy = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'].some((name) => out[name]);
  if (hasProxy) fill('ELECTRON_GET_USE_PROXY', '1');
  delete out.ELECTRON_RUN_AS_NODE;
  return out;
}

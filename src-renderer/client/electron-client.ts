import type { AppClient } from '../../src-main/contract/app/client.ts';
export function electronClient(): AppClient {
  throw new Error('x');
}

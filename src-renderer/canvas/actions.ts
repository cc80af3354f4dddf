import { invalidArgument } from '../../src-main/errors.ts';
import { canonicalKeys, matchesKeys, type KeyStroke, type Platform } from './key-binding.ts';

/** One thing a person can do; menu, toolbar, shortcuts and command palette all read the same list. */
export interface Action<Context> {
  readonly id: string;
  /** Key of the name in the message catalogue. */
  readonly label: string;
  /** Shortcuts, as `matchesKeys` reads them; the first is the one that menus show. */
  readonly keys: readonly string[];
  /** Whether it can be done now; always when absent. */
  readonly predicate?: (context: Context) => boolean;
  readonly perform: (context: Context) => void;
}

/** Two actions that want the same keys. */
export interface KeyConflict {
  readonly keys: string;
  readonly actions: readonly [string, string];
}

/** Whether the action can be done now. */
export function isEnabled<Context>(action: Action<Context>, context: Context): boolean {
  return action.predicate?.(context) ?? true;
}

/**
 * The action that a key press asks for, or undefined. An action that cannot be done now does not take the key.
 * @param isTyping  whether a text field has the focus: then only shortcuts with Command or Control count.
 */
export function findAction<Context>(
  actions: readonly Action<Context>[],
  stroke: KeyStroke,
  context: Context,
  platform: Platform,
  isTyping = false,
): Action<Context> | undefined {
  return actions.find(
    (action) =>
      action.keys.some((keys) => matchesKeys(keys, stroke, platform) && !(isTyping && !/^(\w+\+)*Mod\+/.test(keys))) &&
      isEnabled(action, context),
  );
}

/**
 * Does the action with the given id.
 * @returns false when it cannot be done now.
 * @throws invalid-argument for an unknown id.
 */
export function performAction<Context>(actions: readonly Action<Context>[], id: string, context: Context): boolean {
  const action = actions.find((candidate) => candidate.id === id);
  if (action === undefined) throw invalidArgument('id', 'the id of an action', id);
  if (!isEnabled(action, context)) return false;
  action.perform(context);
  return true;
}

/**
 * Shortcuts claimed twice, in the order of the list.
 * @param reserved  keys that something else takes first, such as the canvas.
 * @throws invalid-argument when two actions have the same id.
 */
export function findConflicts<Context>(
  actions: readonly Action<Context>[],
  reserved: readonly string[] = [],
): KeyConflict[] {
  const owners = new Map(reserved.map((keys) => [canonicalKeys(keys), 'canvas']));
  const ids = new Set<string>();
  const conflicts: KeyConflict[] = [];
  for (const { id, keys: bindings } of actions) {
    if (ids.has(id)) throw invalidArgument('actions', 'ids that are all different', id);
    ids.add(id);
    for (const keys of bindings.map(canonicalKeys)) {
      const owner = owners.get(keys);
      if (owner !== undefined) conflicts.push({ keys, actions: [owner, id] });
      else owners.set(keys, id);
    }
  }
  return conflicts;
}

/** A document of XMP (XML without a DTD) as a tree that is written again byte for byte where nothing was changed. */
export interface XmpElement {
  readonly name: string;
  /** Attributes in order; `text` is the whole of one, with the space before it. */
  attributes: readonly XmpAttribute[];
  /** Of the start tag, before and after its attributes: "<name" and ">" or "/>". */
  readonly head: string;
  readonly tail: string;
  children: readonly (XmpElement | string)[];
  /** The end tag; empty for a tag that ends itself. */
  readonly end: string;
}

export interface XmpAttribute {
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

/** Deeper documents are no XMP. */
const MAX_DEPTH = 200;

/** The parts of a document; undefined when it is not well formed. */
export function parseXmp(text: string): (XmpElement | string)[] | undefined {
  const root: (XmpElement | string)[] = [];
  const stack: { name: string; children: (XmpElement | string)[]; open: Omit<XmpElement, 'children' | 'end'> }[] = [];
  const current = (): (XmpElement | string)[] => stack.at(-1)?.children ?? root;
  for (let at = 0; at < text.length;) {
    if (text[at] !== '<') {
      const end = indexOr(text, '<', at);
      current().push(text.slice(at, end));
      at = end;
      continue;
    }
    const special = [
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
      ['<?', '?>'],
      ['<!', '>'],
    ].find(([start]) => text.startsWith(start, at));
    if (special !== undefined) {
      const end = text.indexOf(special[1], at);
      if (end < 0) return undefined;
      current().push(text.slice(at, end + special[1].length));
      at = end + special[1].length;
      continue;
    }
    const end = endOfTag(text, at);
    if (end === undefined) return undefined;
    const tag = text.slice(at, end);
    at = end;
    if (tag.startsWith('</')) {
      const closed = stack.pop();
      if (closed === undefined || tag.slice(2, -1).trim() !== closed.name) return undefined;
      current().push({ ...closed.open, children: closed.children, end: tag });
      continue;
    }
    const open = startTag(tag);
    if (open === undefined || stack.length >= MAX_DEPTH) return undefined;
    if (open.tail.startsWith('/') || open.tail.trimStart().startsWith('/')) {
      current().push({ ...open, children: [], end: '' });
    } else {
      stack.push({ name: open.name, children: [], open });
    }
  }
  return stack.length === 0 ? root : undefined;
}

export function writeXmp(nodes: readonly (XmpElement | string)[]): string {
  return nodes
    .map((node) => {
      if (typeof node === 'string') return node;
      const attributes = node.attributes.map(({ text }) => text).join('');
      return `${node.head}${attributes}${node.tail}${writeXmp(node.children)}${node.end}`;
    })
    .join('');
}

/** Prefixes by their namespaces, wherever they are declared. */
export function namespaces(
  nodes: readonly (XmpElement | string)[],
  found = new Map<string, string>(),
): Map<string, string> {
  for (const node of nodes) {
    if (typeof node === 'string') continue;
    for (const { name, value } of node.attributes) {
      if (name.startsWith('xmlns:')) found.set(name.slice(6), value);
    }
    namespaces(node.children, found);
  }
  return found;
}

/** The elements of this name, in order. */
export function elementsOf(nodes: readonly (XmpElement | string)[], local: string): XmpElement[] {
  return nodes.flatMap((node) => {
    if (typeof node === 'string') return [];
    return node.name.split(':').at(-1) === local ? [node] : elementsOf(node.children, local);
  });
}

function indexOr(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found;
}

/** Behind the ">" that is not within quotes. */
function endOfTag(text: string, start: number): number | undefined {
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '>') return at + 1;
    if (character === '"' || character === "'") {
      at = text.indexOf(character, at + 1);
      if (at < 0) return undefined;
    }
  }
  return undefined;
}

function startTag(tag: string): Omit<XmpElement, 'children' | 'end'> | undefined {
  const head = /^<[^\s/>"'=]+/.exec(tag)?.[0];
  if (head === undefined) return undefined;
  const attributes: XmpAttribute[] = [];
  const pattern = /(\s+)([^\s=/>"']+)(\s*=\s*)("[^"]*"|'[^']*')/y;
  let at = head.length;
  for (;;) {
    pattern.lastIndex = at;
    const match = pattern.exec(tag);
    if (match === null) break;
    attributes.push({ name: match[2], value: match[4].slice(1, -1), text: match[0] });
    at += match[0].length;
  }
  const tail = tag.slice(at);
  return /^\s*\/?>$/.test(tail) ? { name: head.slice(1), attributes, head, tail } : undefined;
}

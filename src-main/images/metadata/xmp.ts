import { createHash } from 'node:crypto';
import { isPictureText } from './pictures-within.ts';
import { elementsOf, namespaces, parseXmp, writeXmp, type XmpAttribute, type XmpElement } from './xmp-tree.ts';

const DC = 'http://purl.org/dc/elements/1.1/';
const NOTE = 'http://ns.adobe.com/xmp/note/';

/** Namespaces that speak of pictures, depths, sounds and films beside the picture, which are not carried over. */
const COMPANIONS: ReadonlyMap<string, string> = new Map([
  ['http://ns.adobe.com/hdr-gain-map/1.0/', 'the description of a gain map'],
  ['http://ns.apple.com/HDRGainMap/1.0/', 'the description of a gain map'],
  ['http://ns.apple.com/pixeldatainfo/1.0/', 'the description of a second picture'],
  ['http://ns.google.com/photos/1.0/container/', 'the list of pictures in the file'],
  ['http://ns.google.com/photos/1.0/container/item/', 'the list of pictures in the file'],
  ['http://ns.google.com/photos/1.0/depthmap/', 'a depth map'],
  ['http://ns.google.com/photos/1.0/image/', 'a second picture in XMP'],
  ['http://ns.google.com/photos/1.0/audio/', 'a sound in XMP'],
  ['http://ns.google.com/photos/dd/1.0/device/', 'a depth map'],
  ['http://ns.google.com/photos/dd/1.0/container/', 'a depth map'],
  ['http://ns.adobe.com/xap/1.0/g/img/', 'a thumbnail in XMP'],
]);
/** Single properties of other namespaces. */
const PROPERTIES: readonly (readonly [string, RegExp, string])[] = [
  ['http://ns.google.com/photos/1.0/camera/', /^(MicroVideo|MotionPhoto)/, 'the description of a film'],
  ['http://ns.adobe.com/xap/1.0/', /^Thumbnails$/, 'a thumbnail in XMP'],
];

/** A packet without what it must not say, and what that was. */
export interface CleanXmp {
  readonly xmp: Uint8Array | undefined;
  readonly dropped: readonly string[];
}

/**
 * Takes out of an XMP packet whatever shows the picture as it was (thumbnails, binary data in base64) and what speaks of
 * parts of the file that are not carried over (gain maps, films, extended XMP). What is left stays byte for byte.
 */
export function cleanXmp(packet: Uint8Array): CleanXmp {
  const tree = parse(packet);
  if (tree === undefined) {
    // What cannot be taken apart cannot be cleaned.
    const text = decode(packet);
    return isPictureText(text.replace(/<[^>]*>/g, '')) || /Thumbnail|GImg|hdrgm/i.test(text)
      ? { xmp: undefined, dropped: ['XMP that is not well formed'] }
      : { xmp: packet, dropped: [] };
  }
  const uris = namespaces(tree);
  const dropped = new Set<string>();
  const kept = withoutCompanions(tree, uris, dropped);
  return dropped.size === 0 ? { xmp: packet, dropped: [] } : { xmp: encode(writeXmp(kept)), dropped: [...dropped] };
}

/** Why a name is taken out; undefined when it stays. */
function reasonOf(name: string, uris: ReadonlyMap<string, string>): string | undefined {
  const [prefix, local = ''] = name.split(':');
  const uri = uris.get(prefix) ?? '';
  if (uri === NOTE && local === 'HasExtendedXMP') return '';
  return COMPANIONS.get(uri) ?? PROPERTIES.find(([space, pattern]) => space === uri && pattern.test(local))?.[2];
}

function withoutCompanions(
  nodes: readonly (XmpElement | string)[],
  uris: ReadonlyMap<string, string>,
  dropped: Set<string>,
): (XmpElement | string)[] {
  const drop = (what: string): undefined => {
    dropped.add(what);
    return undefined;
  };
  const keeps = ({ name, value }: XmpAttribute): boolean => {
    if (name.startsWith('xmlns:')) return true;
    const reason = reasonOf(name, uris) ?? (isPictureText(value) ? 'binary data in XMP' : undefined);
    if (reason !== undefined) drop(reason);
    return reason === undefined;
  };
  return nodes.flatMap((node): (XmpElement | string)[] => {
    if (typeof node === 'string') return [node];
    const reason = reasonOf(node.name, uris);
    if (reason !== undefined) {
      drop(reason);
      return [];
    }
    if (node.children.some((child) => typeof child === 'string' && isPictureText(child))) {
      drop('binary data in XMP');
      return [];
    }
    const attributes = node.attributes.filter(keeps);
    return [{ ...node, attributes, children: withoutCompanions(node.children, uris, dropped) }];
  });
}

/** The packet with the properties of its extension, as XMP part 3 (1.1.3.1) puts them together. */
export function mergeXmp(packet: Uint8Array, extension: Uint8Array): Uint8Array {
  const main = parse(packet);
  const other = parse(extension);
  const rdf = main && elementsOf(main, 'RDF')[0];
  const added = other && elementsOf(other, 'RDF')[0];
  if (main === undefined || other === undefined || rdf === undefined || added === undefined) return packet;
  const declared = [...namespaces(other)].map(([prefix, uri]) => ({ prefix, uri }));
  const descriptions = added.children.map((child) => {
    if (typeof child === 'string') return child;
    const own = new Set(child.attributes.map(({ name }) => name));
    const missing = declared.filter(({ prefix }) => !own.has(`xmlns:${prefix}`));
    return {
      ...child,
      attributes: [...child.attributes, ...missing.map(({ prefix, uri }) => declaration(prefix, uri))],
    };
  });
  const merge = (nodes: readonly (XmpElement | string)[]): (XmpElement | string)[] =>
    nodes.map((node) => {
      if (typeof node === 'string') return node;
      const children = node === rdf ? [...node.children, ...descriptions] : merge(node.children);
      return node === rdf && node.end === ''
        ? { ...node, tail: '>', children, end: `</${node.name}>` }
        : { ...node, children };
    });
  return encode(writeXmp(merge(main)));
}

function declaration(prefix: string, uri: string): XmpAttribute {
  return { name: `xmlns:${prefix}`, value: uri, text: ` xmlns:${prefix}="${uri}"` };
}

/** A packet that fits into so many bytes, and the rest as an extension with its MD5 digest. */
export interface SplitXmp {
  readonly main: Uint8Array;
  readonly extension: Uint8Array;
  readonly digest: string;
}

/**
 * Splits a packet that is too large for a JPEG segment: descriptions go into the packet as they fit, the smallest first.
 * @returns undefined when it cannot be taken apart.
 */
export function splitXmp(packet: Uint8Array, limit: number): SplitXmp | undefined {
  const tree = parse(packet);
  const rdf = tree && elementsOf(tree, 'RDF')[0];
  if (rdf === undefined) return undefined;
  const declared = [...namespaces(tree!)].map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`).join('');
  const parts = rdf.children.flatMap((child) => (typeof child === 'string' ? [] : [writeXmp([child])]));
  const document = (inner: string): Uint8Array =>
    encode(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF${declared}>${inner}</rdf:RDF></x:xmpmeta>`);
  const bySize = [...parts].sort((a, b) => a.length - b.length);
  const inMain = new Set<string>();
  let size = document('').length + 200;
  for (const part of bySize) {
    size += encode(part).length;
    if (size > limit) break;
    inMain.add(part);
  }
  const extension = document(parts.filter((part) => !inMain.has(part)).join(''));
  const digest = createHash('md5').update(extension).digest('hex').toUpperCase();
  const link = `<rdf:Description rdf:about="" xmlns:xmpNote="${NOTE}" xmpNote:HasExtendedXMP="${digest}"/>`;
  return { main: document(parts.filter((part) => inMain.has(part)).join('') + link), extension, digest };
}

/** The digest that a packet names its extension by. */
export function extensionDigest(packet: Uint8Array): string | undefined {
  return /HasExtendedXMP\s*(?:=\s*["']|>)\s*([0-9A-Fa-f]{32})/.exec(decode(packet))?.[1].toUpperCase();
}

/** PNG keywords and the XMP properties that mean the same. */
const TEXT_PROPERTIES: Readonly<Record<string, (text: string) => string>> = {
  Title: (text) => alternative('dc:title', text),
  Description: (text) => alternative('dc:description', text),
  Copyright: (text) => alternative('dc:rights', text),
  Author: (text) => `<dc:creator><rdf:Seq><rdf:li>${text}</rdf:li></rdf:Seq></dc:creator>`,
  Source: (text) => `<dc:source>${text}</dc:source>`,
  Software: (text) => `<xmp:CreatorTool>${text}</xmp:CreatorTool>`,
  Comment: (text) => alternative('exif:UserComment', text),
};

function alternative(name: string, text: string): string {
  return `<${name}><rdf:Alt><rdf:li xml:lang="x-default">${text}</rdf:li></rdf:Alt></${name}>`;
}

/** Whether XMP has a property for texts of this keyword. */
export function hasProperty(keyword: string): boolean {
  return Object.hasOwn(TEXT_PROPERTIES, keyword);
}

/** The packet, or a new one, with texts as properties; those that it has already stay as they are. */
export function withTexts(
  packet: Uint8Array | undefined,
  texts: readonly { readonly keyword: string; readonly text: string }[],
): Uint8Array | undefined {
  const present = packet === undefined ? '' : decode(packet);
  const properties = texts.flatMap(({ keyword, text }) => {
    if (!hasProperty(keyword)) return [];
    const property = TEXT_PROPERTIES[keyword](escaped(text));
    const name = /^<([\w:]+)/.exec(property)![1];
    return present.includes(name) ? [] : [property];
  });
  if (properties.length === 0) return packet;
  const spaces = `xmlns:dc="${DC}" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"`;
  const rdf = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">';
  const document = encode(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">${rdf}` +
      `<rdf:Description rdf:about="" ${spaces}>${properties.join('')}</rdf:Description></rdf:RDF></x:xmpmeta>` +
      '<?xpacket end="w"?>',
  );
  return packet === undefined ? document : mergeXmp(packet, document);
}

function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  // eslint-disable-next-line no-control-regex -- XML has no such characters
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '').replace(/[&<>"]/g, (c) => entities[c]);
}

function parse(packet: Uint8Array): (XmpElement | string)[] | undefined {
  return parseXmp(decode(packet));
}

/** UTF-8, or UTF-16 by its mark or its zero bytes (XMP part 1, 7.3). */
function decode(packet: Uint8Array): string {
  if ((packet[0] === 0xfe && packet[1] === 0xff) || (packet[0] === 0 && packet[1] === 0x3c)) {
    return Buffer.from(packet.subarray(0, packet.length & ~1))
      .swap16()
      .toString('utf16le');
  }
  if ((packet[0] === 0xff && packet[1] === 0xfe) || (packet[0] === 0x3c && packet[1] === 0)) {
    return Buffer.from(packet).toString('utf16le');
  }
  return Buffer.from(packet).toString('utf8').replace(/\0+$/, '');
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

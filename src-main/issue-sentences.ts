import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/**
 * What is wrong with a value, in the words of people: "options.steps is 0, but must be at least 1".
 * @param value  what was checked, of which the messages quote the parts that are wrong.
 * @param what   what the whole of it is called where no part of it is at fault: "the recipe".
 */
export function issueSentences({ issues }: z.core.$ZodError, value: unknown, what: string): string {
  return issues.map((issue) => sentence(issue, value, what)).join('; ');
}

function sentence(issue: Issue, root: unknown, what: string): string {
  const name = issue.path.map(String).join('.') || what;
  const found = quoted(issue.path.reduce(part, root));
  switch (issue.code) {
    case 'too_small': {
      const least = issue.inclusive === false ? `more than ${issue.minimum}` : `at least ${issue.minimum}`;
      return issue.origin === 'string' || issue.origin === 'array'
        ? `${name} is empty or too short: it needs ${least} ${issue.origin === 'array' ? 'entries' : 'characters'}`
        : `${name} is ${found}, but must be ${least}`;
    }
    case 'too_big': {
      const most = issue.inclusive === false ? `less than ${issue.maximum}` : `at most ${issue.maximum}`;
      return issue.origin === 'string' || issue.origin === 'array'
        ? `${name} is too long: it may have ${most} ${issue.origin === 'array' ? 'entries' : 'characters'}`
        : `${name} is ${found}, but must be ${most}`;
    }
    case 'invalid_type':
      return issue.expected === 'int'
        ? `${name} is ${found}, but must be a whole number`
        : `${name} is ${found}, but must be ${article(issue.expected)}`;
    case 'invalid_value':
      return `${name} is ${found}, but must be ${issue.values.map((each) => JSON.stringify(each)).join(' or ')}`;
    case 'unrecognized_keys':
      return `${name} has no ${issue.keys.map((key) => quoted(key)).join(', ')}`;
    case 'invalid_union':
      return `${name} is ${found}, which is none of the forms it may have`;
    default:
      return `${name}: ${issue.message}`;
  }
}

function part(value: unknown, key: PropertyKey): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

const LONGEST_QUOTE = 60;

/** A value in a few characters. */
function quoted(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}

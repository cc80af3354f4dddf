/**
 * A step of a measurement that must come to an end: browsers draw no frames for a page that they take for hidden, and
 * Playwright sets no limit to what runs in a page, so that a step could wait for ever without a word.
 * @throws Error that names the step when it takes longer than `seconds`.
 */
export async function withinTime<T>(step: string, work: Promise<T>, seconds = 120): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`"${step}" has not ended within ${seconds} s.`)), seconds * 1000);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

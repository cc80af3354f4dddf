/** What is made of a search's maps is the same in the page, on the command line and in a batch. */
export { mayCoverFace } from '../../src-main/find/findings/caution.ts';
export { findingsOf } from '../../src-main/find/findings/findings.ts';
export { snapStroke } from '../../src-main/find/findings/snap.ts';

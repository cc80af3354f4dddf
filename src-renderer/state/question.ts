/** Something that people have to decide first. */
export interface Question {
  readonly title: string;
  readonly message: string;
  /** The usual one first; one without `perform` changes nothing. */
  readonly answers: readonly { readonly label: string; readonly perform?: () => void }[];
}

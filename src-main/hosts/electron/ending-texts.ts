/** What is asked when people quit. */
export interface EndingTexts {
  readonly question: (count: number) => string;
  readonly lost: (count: number) => string;
  readonly running: string;
  readonly stopQuestion: string;
  readonly save: string;
  readonly keep: string;
  readonly discard: string;
  readonly cancel: string;
  readonly goOn: string;
  readonly stop: string;
}

const english: EndingTexts = {
  question: (count) =>
    count === 1
      ? 'A restored picture has not been saved. What is to become of it?'
      : `${count} restored pictures have not been saved. What is to become of them?`,
  lost: (count) =>
    count === 1
      ? 'The result of a CT slice is not there any more at the next start, unless it is saved.'
      : `The results of ${count} CT slices are not there any more at the next start, unless they are saved.`,
  running: 'Something is still being computed; it is stopped. A batch goes on later where it was.',
  stopQuestion: 'Stop what is running and quit?',
  save: 'Save all',
  keep: 'Keep for next time',
  discard: 'Discard',
  cancel: 'Cancel',
  goOn: 'Keep running',
  stop: 'Stop and quit',
};

const german: EndingTexts = {
  question: (count) =>
    count === 1
      ? 'Ein restauriertes Bild ist nicht gespeichert. Was soll damit geschehen?'
      : `${count} restaurierte Bilder sind nicht gespeichert. Was soll damit geschehen?`,
  lost: (count) =>
    count === 1
      ? 'Das Ergebnis einer CT-Schicht ist beim nächsten Start nicht mehr da, wenn es nicht gespeichert wird.'
      : `Die Ergebnisse von ${count} CT-Schichten sind beim nächsten Start nicht mehr da, wenn sie nicht gespeichert werden.`,
  running: 'Es wird noch gerechnet; das wird angehalten. Ein Stapel geht später weiter, wo er war.',
  stopQuestion: 'Anhalten, was läuft, und beenden?',
  save: 'Alle speichern',
  keep: 'Für das nächste Mal behalten',
  discard: 'Verwerfen',
  cancel: 'Abbrechen',
  goOn: 'Weiterlaufen lassen',
  stop: 'Anhalten und beenden',
};

export function endingTexts(language: 'en' | 'de'): EndingTexts {
  return language === 'de' ? german : english;
}

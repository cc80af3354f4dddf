import type { repair as english } from '../en/repair.ts';

/** @see english */
export const repair: Record<keyof typeof english, string> = {
  'repair.title': 'Reparieren',
  'repair.hint': 'Findet Kratzer, Risse, Staub und Fehlstellen, füllt sie und lässt Sie über jede Stelle entscheiden.',
  'repair.nothing':
    'Nichts gefunden, also wurde nichts geändert. Empfindlichkeit erhöhen oder die Schäden von Hand übermalen.',
  'repair.question.title': 'Zuerst {count} {count|Markierung|Markierungen} ansehen',
  'repair.question.why':
    'Sie könnten ein Auge, einen Mund oder einen großen Teil eines Gesichts bedecken, und was dort eingefüllt wird, ist erfunden. Nur auf Töne wird geachtet: Das Programm erkennt keine Gesichter. Ein Klick lässt eine Markierung aus.',
  'repair.question.next': 'Nächste zeigen',
  'repair.question.fill': 'Auch füllen',
  'repair.question.leave': 'Auslassen',
  'repair.question.stop': 'Hier aufhören',
  'repair.places': 'Reparierte Stellen',
  'repair.places-help':
    'Pfeiltasten wählen eine Stelle. A nimmt sie an, R füllt sie neu, U nimmt sie zum Original zurück.',
  'repair.summary': '{count} {count|Stelle|Stellen}, über {open} zu entscheiden',
  'repair.place': '{kind}, {area} px',
  'repair.place.many': '{count} × {kind}, {area} px',
  'repair.state.filled': 'gefüllt',
  'repair.state.accepted': 'angenommen',
  'repair.state.undone': 'zurückgenommen',
  'repair.accept': 'Annehmen',
  'repair.redo': 'Neu füllen',
  'repair.undo': 'Zurücknehmen',
  'repair.keep': 'Wieder füllen',
  'repair.redoing': 'Wird neu gefüllt…',
  'repair.cancel': 'Abbrechen',
  'repair.accept-all': 'Alle annehmen',
  'repair.only-marked': 'Alle Pixel außerhalb der Umrisse sind die des Originals.',
  'repair.outlines': 'Umrisse zeigen',
  'repair.next': 'Wenn Sie mögen, danach',
  'repair.next.denoise': 'Rauschen und Korn mindern',
  'repair.next.colorize': 'Kolorieren',
  'repair.next.super-resolve': 'Vergrößern',
  'repair.next-hint': 'Öffnet das reparierte Bild als neues; nichts davon geschieht von selbst.',
  'repair.done': 'Liste schließen',

  'history.repair-accept': 'Stelle annehmen',
  'history.repair-accept-all': 'alle Stellen annehmen',
  'history.repair-undo': 'Stelle zurücknehmen',
  'history.repair-redo': 'Stelle neu füllen',
  'history.find-reject-some': 'zweifelhafte Funde auslassen',

  'action.repair-photo': 'Altes Foto reparieren',
};

import type { start as english } from '../en/start.ts';

/** @see english */
export const start: Record<keyof typeof english, string> = {
  'start.samples': 'Ein Beispiel ausprobieren',
  'start.sample-scratches': 'Kratzer',
  'start.sample-noise': 'Rauschen',
  'start.sample-small': 'Zu klein',
  'start.clear-recent': 'Liste leeren',
  'start.copies': 'Kopien hochgeladener Bilder: {megabytes} MB',
  'tour.offer': 'Rundgang (eine Minute)',
  'tour.step': 'Schritt {step} von {steps}',
  'tour.skip': 'Überspringen',
  'tour.back': 'Zurück',
  'tour.next': 'Weiter',
  'tour.end': 'Fertig',
  'tour.mark': 'Schäden markieren',
  'tour.mark.text':
    'Kratzer, Flecken oder Schrift mit dem Pinsel übermalen. Alt oder die rechte Taste nimmt weg. Das Pflaster ganz oben heilt einen Strich sofort.',
  'tour.find': 'Oder finden lassen',
  'tour.find.text':
    'Findet Kratzer, Staub und Fehlstellen von selbst. Ein Klick auf einen Fund lässt ihn aus, bevor etwas markiert wird.',
  'tour.run': 'Restaurieren',
  'tour.run.text':
    'Füllt, was markiert ist, und ändert sonst nichts. Andere Aufgaben wie Entrauschen und Vergrößern stehen darüber.',
  'tour.judge': 'Das Ergebnis beurteilen',
  'tour.judge.text':
    'Jeder Lauf bleibt bei seinem Bild: mit dem Original vergleichen, anderes versuchen, damit weitermachen. Alles lässt sich rückgängig machen.',
  'tour.search': 'Den Rest finden',
  'tour.search.text': '{keys} findet jeden Befehl nach seinem Namen, ? zeigt alle Tasten.',
};

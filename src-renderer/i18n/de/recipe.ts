import type { recipe as english } from '../en/recipe.ts';

/** @see english */
export const recipe: Record<keyof typeof english, string> = {
  'recipe.name': 'Rezept',
  'recipe.choose': 'Rezept für Bilder dieser Art',
  'recipe.none': 'Rezept wählen …',
  'recipe.group.builtin': 'Für übliche Bilder',
  'recipe.group.own': 'Ihre eigenen',
  'recipe.hint': 'Stellt alles darunter für eine Art von Bildern ein. Nichts läuft, bevor Sie „Restaurieren“ drücken.',
  'recipe.hint.batch': 'Stellt alles für eine Art von Bildern ein; geschätzt wird bei jedem Bild für sich.',
  'recipe.use': 'Anwenden',
  'recipe.more': 'Rezepte sichern und weitergeben',
  'recipe.save': 'Diese Einstellungen als Rezept sichern …',
  'recipe.load': 'Rezept aus einer Datei laden …',
  'recipe.export': '„{name}“ als Datei sichern …',
  'recipe.remove': '„{name}“ löschen',
  'recipe.removed': 'Das Rezept {name} ist gelöscht.',
  'recipe.bringBack': 'Zurückholen',
  'recipe.saved': 'Das Rezept {name} ist gesichert. Auch langevin restore --recipe nimmt es.',
  'recipe.loaded': 'Das Rezept {name} ist aufgenommen.',
  'recipe.refused': '{file} wurde nicht aufgenommen. {reason}',
  'recipe.replace': 'Ersetzen',
  'recipe.used': 'Nach dem Rezept {name} eingestellt. Sehen Sie die Vorschläge durch, dann „Restaurieren“.',
  'recipe.leftOut': 'Davon ist hier nichts zu beheben: {parts}.',
  'recipe.nothing': 'Das Rezept {name} findet in diesem Bild nichts zu beheben.',
  'recipe.batch': 'Jedes Bild nach dem Rezept {name}.',
  'recipe.batch.without': 'Ohne Rezept',
  'recipe.save.title': 'Als Rezept sichern',
  'recipe.save.name': 'Name',
  'recipe.save.description': 'Für welche Bilder (freigestellt)',
  'recipe.save.find': 'In jedem Bild Schäden suchen',
  'recipe.save.hint':
    'Werte, die in diesem Bild gefunden wurden, werden in jedem neu bestimmt; was Sie getippt haben, bleibt.',
  'recipe.save.reserved': 'So heißt ein Rezept, das mit Langevin kommt. Bitte einen anderen Namen.',
  'recipe.save.replaces': 'Sie haben ein Rezept dieses Namens; es wird ersetzt.',
  'recipe.save.replace': 'Rezept ersetzen',
  'recipe.save.do': 'Sichern',
  'recipe.builtin.old-photo': 'Altes Foto',
  'recipe.builtin.old-photo.hint':
    'Ein eingescannter Abzug: Kratzer, Staub und Flecken werden gefunden und gefüllt, Verblasstes, Korn und JPEG-Blöcke zugleich behoben.',
  'recipe.builtin.phone-photo-at-night': 'Handyfoto bei Nacht',
  'recipe.builtin.phone-photo-at-night.hint':
    'Starkes Rauschen unter JPEG; ein Zehntel des Rauschens bleibt, damit Haut und Wände nicht wie Wachs aussehen.',
  'recipe.builtin.small-web-jpeg': 'Kleines JPEG aus dem Netz',
  'recipe.builtin.small-web-jpeg.hint': 'Doppelt so groß, ohne die Blöcke und Säume der Kompression.',
  'recipe.builtin.negative-or-slide-scan': 'Negativ oder Dia',
  'recipe.builtin.negative-or-slide-scan.hint':
    'Farbnegative werden zu Positiven, Tonwerte ausgeglichen, Staub, Haare und Kratzer gefüllt; Korn bleibt.',
  'recipe.builtin.screenshot-text-removal': 'Schrift aus Bildschirmfotos',
  'recipe.builtin.screenshot-text-removal.hint':
    'Bildtexte, Untertitel und Datumsstempel werden gefunden und gefüllt; jedes andere Pixel bleibt.',
};

import type { learn as english } from '../en/learn.ts';

/** @see english */
export const learn: Record<keyof typeof english, string> = {
  'learn.lessons': 'Lektionen',
  'learn.twoPixels':
    'Jeder Punkt ist ein Bild aus zwei Pixeln: x₁ und x₂ sind ihre Helligkeit, von −1 bis 1. Die Verfahren sind dieselben, die Fotos restaurieren; an Stelle des Netzes steht der exakte Score.',
  'learn.handle': '{name} bei {x}; {y}. Pfeiltasten verschieben, mit Umschalttaste schneller.',
  'learn.component': 'Komponente {number}',
  'learn.probe': 'Verrauschtes Bild x',
  'learn.mixture': 'Bilder',
  'learn.mixture.three': 'Mischung aus drei Gauß-Verteilungen',
  'learn.mixture.two': 'Mischung aus zwei Gauß-Verteilungen',
  'learn.mixture.one': 'Eine Gauß-Verteilung',
  'learn.sigma': 'Rauschpegel σ',
  'learn.time': 'Zeit t',
  'learn.evaluations': 'Auswertungen des Scores',
  'learn.numbers': 'Punkte im Vergleich mit der exakten Verteilung',
  'learn.points': 'Punkte',
  'learn.exact': 'Exakt',
  'learn.mean': 'Mittelwert',
  'learn.covariance': 'Kov. xx; xy; yy',
  'learn.meanError': 'Abstand der Mittelwerte',
  'learn.covarianceError': 'Fehler der Kovarianz',
  'learn.summary': 'Schritt {step} von {steps}: Abstand der Mittelwerte {mean}, Fehler der Kovarianz {covariance}.',
  'learn.playback': 'Wiedergabe',
  'learn.play': 'Abspielen',
  'learn.runToEnd': 'Bis zum Ende rechnen',
  'learn.pause': 'Pause',
  'learn.step': 'Schritt',
  'learn.reset': 'Zurücksetzen',
  'learn.speed': 'Schritte je Sekunde',
  'learn.seed': 'Startwert',
  'learn.progress': 'Schritt {step} von {steps}',
  'learn.steps': 'Schritte',
  'learn.sde': 'SDE',

  'learn.score': 'Score und Rauschen',
  'learn.score.1':
    'Die Farbe zeigt, wie wahrscheinlich ein verrauschtes Bild ist: die Dichte p von x = x₀ + σz. Die Pfeile zeigen ihren Score, die Richtung, in der log p am stärksten steigt.',
  'learn.score.2':
    'Wenig Rauschen lässt die Komponenten getrennt: Der Score führt zur nächsten und sagt nichts von den anderen. Viel Rauschen vereint sie zu einem Hügel, und der Score führt in die Mitte aller.',
  'learn.score.3':
    'Der Score entrauscht auch: x + σ² · Score ist der Mittelwert aller sauberen Bilder, aus denen x entstanden sein kann. Der grüne Pfeil führt von x dorthin.',
  'learn.score.hint':
    'Komponenten 1, 2, 3 und das verrauschte Bild x lassen sich mit Zeiger oder Pfeiltasten verschieben.',
  'learn.score.picture': 'Dichte und Score-Feld der verrauschten Bilder bei σ = {sigma}.',
  'learn.scoreAt': 'Score bei x',
  'learn.denoised': 'x + σ² · Score',

  'learn.langevin': 'Langevin-Verfahren',
  'learn.langevin.1':
    'Das Langevin-Verfahren geht dem Score nach und fügt Rauschen hinzu: x ← x + (α/2)·Score + √α·z. Nach vielen Schritten sind die Punkte wie p verteilt.',
  'learn.langevin.2':
    'Ein kleiner Schritt kommt kaum voran. Ein großer schießt über das Ziel hinaus: Die Punkte streuen weiter als p, und ab α = 4σ² können sie davonlaufen; das Programm lehnt das ab.',
  'learn.langevin.3':
    'Bei niedrigem Rauschpegel bleiben Punkte in der Komponente, in der sie beginnen. Zehn Pegel, von viel Rauschen abwärts, verteilen sie im richtigen Verhältnis auf alle.',
  'learn.langevin.picture':
    'Punkte des Langevin-Verfahrens mit relativem Schritt {step} über der Dichte, die sie haben sollten.',
  'learn.stepSize': 'Größe der Schritte',
  'learn.stepSize.small': 'Zu klein',
  'learn.stepSize.right': 'Richtig',
  'learn.stepSize.large': 'Zu groß',
  'learn.relativeStep': 'Schritt α/σ²',
  'learn.levels': 'Rauschpegel',
  'learn.levels.one': 'Einer',
  'learn.levels.ten': 'Zehn, von 3 bis σ',

  'learn.forward': 'Vorwärts-SDE',
  'learn.forward.1':
    'Eine stochastische Differentialgleichung macht aus Bildern Rauschen, dx = f x dt + g dw. Die simulierten Punkte folgen zu jeder Zeit t der exakten Dichte dahinter.',
  'learn.forward.2':
    'VE fügt nur Rauschen hinzu, die Streuung wächst. VP verkleinert das Bild dabei, die Streuung bleibt. Sub-VP tut dasselbe mit weniger Rauschen unterwegs.',
  'learn.forward.3':
    'Mit wenigen Schritten ist die Simulation grob und ihre Kovarianz falsch; die Zahlen zeigen, um wie viel.',
  'learn.forward.picture': 'Punkte der Vorwärtsgleichung über der exakten Dichte zu dieser Zeit.',

  'learn.reverse': 'Rückwärts-SDE und ODE',
  'learn.reverse.1':
    'Mit dem Score ist der Rückweg bekannt: Man beginnt mit reinem Rauschen und senkt den Rauschpegel Schritt für Schritt. Gezeichnet wird x/√(1 + σ²), damit jeder Pegel ins Bild passt.',
  'learn.reverse.2':
    'Die Rückwärts-SDE fügt frisches Rauschen hinzu, ihre Wege sind rau. Die Wahrscheinlichkeitsfluss-ODE fügt keines hinzu: glatte Wege, dieselben Dichten, und einem guten Löser wie heun genügen wenige Schritte.',
  'learn.reverse.3':
    'Ein Korrektor geht auf jedem Pegel nach Langevin und behebt so, was der Prädiktor falsch gemacht hat. Er kostet je Schritt eine weitere Auswertung des Scores und hilft am meisten, wo es wenige Schritte sind.',
  'learn.reverse.picture': 'Punkte und Wege des Verfahrens {predictor} über der exakten Dichte bei diesem Rauschpegel.',
  'learn.reverse.sde': 'Rückwärts-SDE',
  'learn.reverse.flow': 'Wahrscheinlichkeitsfluss-ODE',
  'learn.process': 'Prozess',
  'learn.predictor': 'Prädiktor',
  'learn.corrector': 'Korrektor',
  'learn.corrector.none': 'keiner',
  'learn.schedule': 'Zeitplan',
  'learn.snr': 'Signal-Rausch-Verhältnis r des Korrektors',

  'learn.posterior': 'Posterior einer Messung',
  'learn.posterior.1':
    'Eine Messung y = a·x + n nennt die gewichtete Summe der beiden Pixel, mit Rauschen: x liegt nahe der Geraden. Was möglich bleibt, ist der Posterior; ihn zeigt die Farbe.',
  'learn.posterior.2':
    'Sein Score ist eine Summe: Prior-Score + Likelihood-Score = Posterior-Score. Darum genügt ein Netz der Bilder für jede Art von Schaden.',
  'learn.posterior.3':
    'Hier ist der exakte Likelihood-Score bekannt. Löser für Fotos müssen ihn schätzen; ihre Stichproben lassen sich hier mit dem exakten Posterior vergleichen.',
  'learn.posterior.scores.picture':
    'Dichte des Posteriors, die Gerade der Messung sowie Prior-, Likelihood- und Posterior-Score beim verrauschten Bild x.',
  'learn.posterior.samples.picture':
    'Stichproben des Lösers über der exakten Dichte des Posteriors bei diesem Rauschpegel.',
  'learn.show': 'Anzeigen',
  'learn.show.scores': 'Scores an einem Punkt',
  'learn.show.samples': 'Stichproben',
  'learn.direction': 'Richtung von a',
  'learn.measured': 'Gemessenes y',
  'learn.sigmaY': 'Rauschen der Messung σ_y',
  'learn.solver': 'Löser',
  'learn.exactScore': 'Exakter Posterior-Score',
  'learn.scoreSum': 'Scores bei x: Die Summe von Prior und Likelihood ist der Posterior',
  'learn.scoreOf.prior': 'Prior-Score',
  'learn.scoreOf.likelihood': 'Likelihood-Score',
  'learn.scoreOf.posterior': 'Posterior-Score',
};

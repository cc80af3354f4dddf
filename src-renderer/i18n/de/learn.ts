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

  'learn.guidance': 'Klassen und Führung',
  'learn.guidance.1':
    'Ein Klassifikator, der bei jedem Rauschpegel arbeitet, lenkt ein Netz, das von Klassen nichts weiß. Regel von Bayes für Scores: ∇ log p(x | c) = ∇ log p(x) + ∇ log p(c | x).',
  'learn.guidance.2':
    'Ein Faktor s vor dem Score des Klassifikators heißt Führung. s = 1 zieht aus der Klasse, s = 0 aus allen Bildern; mehr führt dorthin, wo der Klassifikator am sichersten ist, mit weniger Vielfalt.',
  'learn.guidance.scores':
    'Hier sind die Komponenten die Klassen, und der Klassifikator ist exakt. Bewegen Sie x: Wo die Klasse gewiss ist, hat der Klassifikator nichts hinzuzufügen.',
  'learn.guidance.samples':
    'Proben über der exakten Dichte der Klasse. Mit s = 1 stimmen ihre Zahlen mit ihr überein; mit mehr schrumpfen sie und rücken von den anderen Klassen ab.',
  'learn.guidance.digits':
    'Dasselbe mit dem Modell digits: ein Netz handgeschriebener Ziffern und ein Klassifikator daneben, gezogen mit dem Abtaster des Programms. Versuchen Sie s = 0, 1 und 4.',
  'learn.guidance.scores.picture':
    'Dichte der verrauschten Bilder; Score des Priors, s mal der des Klassifikators und ihre Summe am verrauschten Bild x.',
  'learn.guidance.samples.picture': 'Zur Klasse geführte Proben über ihrer exakten Dichte bei diesem Rauschpegel.',
  'learn.guidance.scale': 'Führung s',
  'learn.guidance.class': 'Klasse',
  'learn.guidance.probability': 'p(Klasse | x) = {probability}',
  'learn.guidance.draw': 'Ziffern ziehen',
  'learn.guidance.drawn': 'Mit s = {scale} gezogene Ziffern, eine Reihe je Klasse.',
  'learn.show.digits': 'Ziffern',
  'learn.scoreOf.classifier': 's · Score des Klassifikators',
  'learn.scoreOf.guided': 'geführter Score',

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
  'learn.sources': 'Quellen',

  'learn.energy': 'Energien',
  'learn.energy.1':
    'Jede Energie E ergibt eine Dichte p = exp(−E)/Z, niedrige Energie, wo Bilder wahrscheinlich sind. Z, das Integral von exp(−E), macht die Summe zu eins.',
  'learn.energy.2':
    'Z ist das, was man nicht bekommt: 10 000 Energien für zwei Pixel auf diesem Gitter, und das Hundertfache für jedes weitere Pixel. Doch Z hängt nicht von x ab und fällt aus dem Score heraus: ∇ log p = −∇E. Erhöht man die Konstante, ändern sich Energie und log Z, Score und Proben nicht.',
  'learn.energy.3':
    'Durch eine Temperatur T geteilt wird die Energie flacher oder steiler, und ihr Score ebenso: p hoch 1/T, wieder ohne Z. Die Langevin-Abtastung braucht nur den Score.',
  'learn.energy.picture': 'Dichte exp(−E)/Z, ihr Score-Feld und Punkte der Langevin-Abtastung.',
  'learn.energy.constant': 'Konstante in der Energie',
  'learn.energy.temperature': 'Temperatur T',
  'learn.energy.scoreAt': 'Score −∇E bei x',
  'learn.energy.cost': 'Für Z erfragte Energien',

  'learn.training': 'Training',
  'learn.training.steps': 'Trainingsschritte',
  'learn.training.start': 'Trainieren',
  'learn.training.stop': 'Anhalten',
  'learn.training.loss': 'Verlust',
  'learn.training.done': 'Training bei Schritt {step} beendet, Verlust {loss}.',

  'learn.matching': 'Score Matching',
  'learn.matching.1':
    'Ein kleines Netz (zwei Schichten mit 48 Einheiten) lernt den Score aus Proben, in diesem Fenster. Links das wahre Feld, rechts das gelernte.',
  'learn.matching.2':
    'Alle vier sind beim wahren Score am kleinsten. Sie sind Mittelwerte über die Proben: Wo kaum welche liegen, wird nichts gelernt, und die Pfeile bedeuten dort nichts. Die Tabelle zeigt den Fehler nach der Dichte; mit kleinerem σ wächst er. Rauschpegel helfen dem ab, siehe die nächste Lektion.',
  'learn.matching.explicit':
    'Explizit: der Mittelwert von ½‖s − ∇ log p‖², die Fisher-Divergenz. Er braucht den wahren Score, den nur eine Lektion hat.',
  'learn.matching.implicit':
    'Implizit (Hyvärinen): ½‖s‖² + tr ∂s/∂x hat durch partielle Integration dasselbe Minimum und braucht nur Proben. Die Spur kostet eine Ableitung je Pixel: hier zwei, bei einem Foto 200 000.',
  'learn.matching.sliced':
    'Geschnitten (sliced): Die Spur wird durch vᵀ(∂s/∂x)v entlang einer zufälligen Richtung v je Probe geschätzt. Eine Ableitung bei jeder Größe, dafür mehr Rauschen.',
  'learn.matching.denoising':
    'Entrauschend: ½‖s + z/σ‖² mit dem Rauschen z, das hinzugefügt wurde. Ganz ohne Ableitung, weshalb Netze für Bilder so trainiert werden; gelernt wird der Score der verrauschten Bilder.',
  'learn.matching.name.explicit': 'Explizit',
  'learn.matching.name.implicit': 'Implizit (Hyvärinen)',
  'learn.matching.name.sliced': 'Geschnitten (sliced)',
  'learn.matching.name.denoising': 'Entrauschend',
  'learn.matching.objective': 'Zielfunktion',
  'learn.matching.true': 'Wahrer Score',
  'learn.matching.learned': 'Gelernter Score',
  'learn.matching.nothing': 'Dichte bei σ = {sigma}; noch ist nichts gelernt.',
  'learn.matching.picture': 'Dichte und gelerntes Score-Feld bei σ = {sigma}.',
  'learn.matching.errors': 'Fehler des gelernten Scores, nach der Dichte',
  'learn.matching.above': 'über {share} der höchsten',
  'learn.matching.below': 'unter {share}',
  'learn.matching.sample': 'Langevin-Abtastung mit dem gelernten Score, aus einer Ecke ohne Proben:',

  'learn.weighting': 'Rauschpegel und Gewichte',
  'learn.weighting.1':
    'Viel Rauschen trägt Proben überall hin, also wird der Score überall gelernt; wenig Rauschen zeigt Einzelheiten. Ein Netz lernt alle Pegel einer SDE, σ ist eine seiner Eingaben, und abgetastet wird von viel zu wenig Rauschen.',
  'learn.weighting.2':
    'Der Verlust zählt die Pegel mit Gewichten λ(t) zusammen. λ = 1 sieht nur wenig Rauschen, dessen Scores groß sind. λ ∝ 1/E‖∇ log p(x̃|x₀)‖², die Varianz des Rauschens, lässt jeden Pegel gleich viel zählen.',
  'learn.weighting.3':
    'Mit λ = g² ist der halbe Verlust eine Schranke der Kullback-Leibler-Divergenz von Daten und Modell (Likelihood-Gewichtung). Bei VE ist es bis auf einen Faktor das Gewicht der Varianz; bei VP und Sub-VP betont es wenig Rauschen.',
  'learn.weighting.choice': 'Gewicht λ(t)',
  'learn.weighting.by.none': '1',
  'learn.weighting.by.variance': 'Varianz',
  'learn.weighting.by.likelihood': 'g² (Likelihood)',
  'learn.weighting.shown': 'Gezeigter Rauschpegel',
  'learn.weighting.errors': 'Fehler des gelernten Scores, nach dem Rauschpegel',
  'learn.weighting.bound': 'KL-Schranke, nats',
  'learn.weighting.sample': 'Ancestral-Abtastung mit dem gelernten Score, aus reinem Rauschen:',

  'learn.mixing': 'Langsames Mischen',
  'learn.mixing.1':
    'Der Score einer Mischung weit entfernter Komponenten sagt nichts über ihre Anteile: Nahe der einen zählen die anderen kaum. Langevin-Abtastung auf einem Pegel ist am Ende richtig, überquert die Lücke aber so selten, dass das Ende nicht kommt.',
  'learn.mixing.2':
    'Alle Punkte beginnen bei der linken Komponente, der ein Fünftel zusteht. Rücken die Komponenten zusammen, mischen sich die Punkte; entfernt bleiben sie, wo sie sind.',
  'learn.mixing.3':
    'Mit zehn Pegeln verteilen sich die Punkte bei viel Rauschen, wo die Komponenten ein Hügel sind, und behalten die Anteile auf dem Weg nach unten.',
  'learn.mixing.picture': 'Punkte der Langevin-Abtastung über ihrer Dichte; {share} davon links.',
  'learn.mixing.distance': 'Abstand der Komponenten',
  'learn.mixing.share': 'Anteil links',
  'learn.mixing.right': 'Richtiger Anteil',

  'learn.chains': 'Ketten und SDEs',
  'learn.chains.1':
    'SMLD fügt Rauschen in N Gliedern hinzu, xᵢ = xᵢ₋₁ + √(σᵢ² − σᵢ₋₁²) z. DDPM staucht zugleich, xᵢ = √(1 − βᵢ) xᵢ₋₁ + √βᵢ z. Mit immer mehr Gliedern werden sie zur VE- und zur VP-SDE.',
  'learn.chains.2':
    'Das exakte Gesetz neben den Punkten ist das der SDE. SMLD trifft es mit jedem N; DDPM endet bei wenigen Gliedern anderswo, weil √(1 − β) nicht exp(−β/2) ist: Die Tabelle zeigt, um wie viel.',
  'learn.chains.3':
    'Rückwärts ist die Ancestral-Abtastung der Kette eine Art, die umgekehrte SDE in Schritten zu gehen. Ihr Fehler fällt mit kürzeren Gliedern.',
  'learn.chains.picture': 'Punkte einer Kette aus {links} Gliedern über der exakten Dichte ihrer SDE.',
  'learn.chains.chain': 'Kette und SDE',
  'learn.chains.direction': 'Richtung',
  'learn.chains.forward': 'Vorwärts',
  'learn.chains.backward': 'Rückwärts (ancestral)',
  'learn.chains.links': 'Glieder N',
  'learn.chains.end': 'Nach dem letzten Glied, x = αx₀ + Rauschen',
  'learn.chains.ofChain': 'Kette',
  'learn.chains.noise': 'Rauschen',

  'learn.adaptive': 'ODE-Abtastung mit Schrittwahl',
  'learn.adaptive.1':
    'Die ODE des Wahrscheinlichkeitsflusses enthält keinen Zufall, also kann ein allgemeiner Löser sie vom Rauschen zum Bild führen. RK45 wählt jeden Schritt so, dass sein Fehler in der Toleranz bleibt.',
  'learn.adaptive.2':
    'Wo sich der Score kaum ändert, geht er weit, und wo sich die Komponenten trennen, vorsichtig. Der Preis sind Auswertungen des Scores: jede ein Netzdurchlauf.',
  'learn.adaptive.3':
    'Rückwärts kodiert er: Jedes Bild hat einen Latentpunkt, aus dem derselbe Löser es zurückholt. So arbeiten langevin likelihood und die Latentpunkte im Labor. Zum Vergleich Heun mit festen Schritten und ebenso vielen Auswertungen.',
  'learn.adaptive.picture': 'Punkte und Wege des RK45-Lösers über der exakten Dichte bei diesem Rauschpegel.',
  'learn.adaptive.tolerance': 'Toleranz',
  'learn.adaptive.places': 'Rauschpegel seiner Schritte',
  'learn.adaptive.steps': 'Schritte',
  'learn.adaptive.error': 'Abstand vom exakten Ende',
  'learn.adaptive.heun': 'Derselbe bei Heun, ebenso viele Auswertungen',
};

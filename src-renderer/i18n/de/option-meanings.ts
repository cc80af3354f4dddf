/** What the own options of solvers and SDEs mean, by solver or SDE and option. English comes from their schemas. */
export const optionMeanings: Readonly<Record<string, string>> = {
  've.sigmaMin': 'Rauschen bei t = 0',
  've.sigmaMax': 'Rauschen bei t = 1',
  'vp.betaMin': 'β bei t = 0',
  'vp.betaMax': 'β bei t = 1',
  'vp.tMin': 'Kleinste Zeit ε, bei der die Abtastung endet',
  'subvp.betaMin': 'β bei t = 0',
  'subvp.betaMax': 'β bei t = 1',
  'subvp.tMin': 'Kleinste Zeit ε, bei der die Abtastung endet',
  'tutorial.s': 'Basis der Diffusion, dx = sᵗ dw',
  'tutorial.tMin': 'Kleinste Zeit, bei der die Abtastung endet',
  'edm.tMin': 'Kleinstes Rauschen, σ = t',
  'edm.tMax': 'Größtes Rauschen, σ = t',
  'ald.stepsPerLevel': 'Langevin-Schritte auf jeder Stufe',
  'ald.stepSize': 'Schrittweite α in Einheiten von σ²; die veröffentlichten 5e-5 (σ/σ_min)² sind 0,5 bei σ_min = 0,01',
  'daps.odeSteps':
    'Euler-Schritte der Wahrscheinlichkeitsfluss-Gleichung, die x̂0 findet. 1 ist Tweedies Schätzung, der Mittelwert, zu dem r² gehört; mit den veröffentlichten 5 streut x̂0 selbst, und die Varianz zählt doppelt',
  'ddnm.eta':
    'Frisches Rauschen in der eigenen Regel: DDNM+ (σ_y > 0) und Zeitreise; sonst gilt das η des Prädiktors „renoise“',
  'ddnm.travelLength': 'Zeitreise: Stufen eines Sprungs zurück zu mehr Rauschen',
  'ddnm.travelRepeat':
    'Wie oft jede solche Strecke gegangen wird, das erste Mal mitgezählt; 1 heißt keine Zeitreise. Großen Löchern helfen 2 bis 10',
  'ddrm.eta': 'Frisches Rauschen in den Richtungen, die A nicht sieht',
  'ddrm.etaB': 'Gewicht der Messung in den Richtungen, die sie bestimmt',
  'diffpir.lambda':
    'Gewicht λ des Priors gegen die Messung; leer: wie veröffentlicht, 1 für eine Maske, 7 für andere Operatoren',
  'diffpir.noiseFloor': 'Kleinstes σ_y, in Einheiten von ‖A‖',
  'diffpir.variance':
    'Varianz von x0 bei bekanntem x auf der Stufe σ: σ² wie veröffentlicht, oder was am Netz gemessen wurde, viel weniger',
  'dpir.lambda': 'Gewicht λ der Vorannahme gegen die Messung',
  'dpir.noiseFloor': 'Kleinstes σ_y, in Einheiten von ‖A‖',
  'dps.zeta': 'Schritt ζ entlang dem Gradienten der Norm des Restes; veröffentlicht 0,3 (Vergrößern, Unschärfe) bis 1',
  'mmps.iterations': 'Schritte der konjugierten Residuen auf jeder Stufe, je ein Vektor-Jacobi-Produkt',
  'mmps.noiseFloor': 'Kleinstes σ_y, in Einheiten von ‖A‖',
  'mmps.clip': 'Schätzungen bleiben innerhalb ± davon',
  'pigdm.noiseFloor': 'Kleinstes σ_y, in Einheiten von ‖A‖',
  'projection.lambda':
    'Schritt λ zur Messung hin, 1 = ersetzen, was A sieht (Maske, Farbe); Song 2022 nahm 0,841 für CT',
  'red-diff.lambda': 'Gewicht λ des entrauschenden Regularisierers',
  'red-diff.learningRate': 'Schrittweite von Adam',
  'repaint.jumpLength':
    'Stufen eines Sprungs zurück; veröffentlicht für 250 Stufen und auf die Stufenfolge umgerechnet',
  'repaint.resample': 'Wie oft eine Strecke von jumpLength Stufen gegangen wird, das erste Mal mitgezählt',
};

/** The outcome of one check. Detectors of damage have neither gradients nor a calibration. */
export interface ModelFinding {
  readonly check:
    | 'files'
    | 'completeness'
    | 'loading'
    | 'shapes'
    | 'meaning'
    | 'values'
    | 'gradients'
    | 'symmetry'
    | 'speed'
    | 'calibration';
  readonly level: 'ok' | 'warning' | 'error';
  readonly message: string;
}

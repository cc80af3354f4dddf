import type {
  JobEvent,
  RestoreJob,
  RestoreReport,
  SampleJob,
  SampleReport,
  SimulatedMeasurement,
  SimulateJob,
} from '../../contract/jobs.ts';
import type { FindEvent, FindJob, FindResult } from '../../contract/find.ts';
import type { InspectJob, Inspection } from '../../contract/inspect.ts';
import type { LikelihoodEvent, LikelihoodJob, LikelihoodReport } from '../../contract/likelihood-job.ts';
import type { DecodeJob, DecodeReport, EncodedPicture, EncodeJob, LatentEvent } from '../../contract/latent-job.ts';
import type { ProbeReport } from '../../prior/provider.ts';
import type { AppliedRecipeFile, ApplyRecipeJob } from './jobs/apply-recipe.ts';
import type { DoctorReport, DoctorRequest } from './jobs/doctor.ts';
import type { FindMaskJob, FoundMask } from './jobs/find-mask-job.ts';
import type { ModelCheckReport, ModelCheckRequest } from './jobs/model-check.ts';
import type { ModelFinding } from './jobs/model-finding.ts';
import type { ModelImportReport, ModelImportRequest } from './jobs/model-import.ts';
import type { ModelsConvertReport, ModelsConvertRequest } from './jobs/models-convert.ts';
import type { ModelDetails, ModelSummary } from './jobs/models.ts';
import type { RestoreDecodedEvent, RestoreDecodedJob, RestoreDecodedResult } from './jobs/restore-decoded-job.ts';
import type { ViewRestoreEvent, ViewRestoreJob } from './jobs/view-restore-job.ts';
import type { ProbeJobs } from './provider-prober.ts';

/** Payload, events and result of every kind of job, for callers on the host's side. */
export interface EngineJobs extends ProbeJobs {
  readonly doctor: {
    readonly payload: DoctorRequest;
    readonly event: ProbeReport;
    readonly result: DoctorReport;
  };
  readonly 'models-list': {
    readonly payload: Record<string, never>;
    readonly event: never;
    readonly result: readonly ModelSummary[];
  };
  readonly 'models-show': {
    readonly payload: { model: string };
    readonly event: never;
    readonly result: ModelDetails;
  };
  readonly 'models-check': {
    readonly payload: ModelCheckRequest;
    readonly event: ModelFinding;
    readonly result: ModelCheckReport;
  };
  readonly 'models-import': {
    readonly payload: ModelImportRequest;
    readonly event: ModelFinding;
    readonly result: ModelImportReport;
  };
  readonly 'models-convert': {
    readonly payload: ModelsConvertRequest;
    readonly event: never;
    readonly result: ModelsConvertReport;
  };
  readonly restore: { readonly payload: RestoreJob; readonly event: JobEvent; readonly result: RestoreReport };
  readonly 'restore-decoded': {
    readonly payload: RestoreDecodedJob;
    readonly event: RestoreDecodedEvent;
    readonly result: RestoreDecodedResult;
  };
  readonly 'view-restore': {
    readonly payload: ViewRestoreJob;
    readonly event: ViewRestoreEvent;
    readonly result: RestoreReport;
  };
  readonly sample: { readonly payload: SampleJob; readonly event: JobEvent; readonly result: SampleReport };
  readonly encode: { readonly payload: EncodeJob; readonly event: LatentEvent; readonly result: EncodedPicture };
  readonly decode: { readonly payload: DecodeJob; readonly event: LatentEvent; readonly result: DecodeReport };
  readonly likelihood: {
    readonly payload: LikelihoodJob;
    readonly event: LikelihoodEvent;
    readonly result: LikelihoodReport;
  };
  readonly simulate: { readonly payload: SimulateJob; readonly event: never; readonly result: SimulatedMeasurement };
  readonly inspect: { readonly payload: InspectJob; readonly event: never; readonly result: Inspection };
  readonly 'apply-recipe': {
    readonly payload: ApplyRecipeJob;
    readonly event: never;
    readonly result: AppliedRecipeFile;
  };
  readonly 'find-mask': { readonly payload: FindMaskJob; readonly event: FindEvent; readonly result: FoundMask };
  readonly find: { readonly payload: FindJob; readonly event: FindEvent; readonly result: FindResult };
}

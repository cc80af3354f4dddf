import { ScoreModel } from '../../../src-main/score-matching/score-model.ts';
import type { ChartPoint } from '../../live/chart-scale.ts';
import { openTrainWorker } from './open-train-worker.ts';
import type { TrainingMessage, TrainingNews, TrainingOrder, TrainingReply } from './training-order.ts';

/** A training that goes on beside the page. To be closed when the lesson goes. */
export class Trainer {
  news: TrainingNews | undefined = $state.raw();
  model: ScoreModel | undefined = $state.raw();
  losses: readonly ChartPoint[] = $state.raw([]);
  isRunning = $state(false);
  problem: string | undefined = $state();
  #worker: Worker | undefined;
  #id = 0;

  start(order: TrainingOrder): void {
    this.forget();
    this.isRunning = true;
    this.#worker ??= this.#open();
    this.#post({ type: 'start', id: ++this.#id, order });
  }

  /** Keeps what has been learnt so far. */
  stop(): void {
    this.isRunning = false;
    this.#post({ type: 'stop' });
  }

  /** Ends a training and forgets what was learnt, because it was of something else. */
  forget(): void {
    if (this.isRunning) this.stop();
    this.news = undefined;
    this.model = undefined;
    this.losses = [];
    this.problem = undefined;
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.isRunning = false;
  }

  #open(): Worker {
    const worker = openTrainWorker();
    worker.addEventListener('message', ({ data }: MessageEvent<TrainingReply>) => this.#receive(data));
    worker.addEventListener('error', ({ message }) => this.#receive({ type: 'problem', id: this.#id, message }));
    return worker;
  }

  #post(message: TrainingMessage): void {
    this.#worker?.postMessage(message);
  }

  #receive(reply: TrainingReply): void {
    // News of a training that has been stopped meanwhile.
    if (!this.isRunning || reply.id !== this.#id) return;
    if (reply.type === 'problem') {
      this.problem = reply.message;
      this.isRunning = false;
      return;
    }
    const { news } = reply;
    this.news = news;
    this.model = new ScoreModel(news.parameters, news.sigmaData);
    this.losses = [...this.losses, { x: news.step, y: news.loss }];
    if (news.step === news.steps) this.isRunning = false;
  }
}
